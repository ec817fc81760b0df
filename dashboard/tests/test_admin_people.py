"""Users and groups, and that nobody hands on what they do not hold."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.urls import reverse

from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

USERS = reverse("admin:auth_user_changelist")


def listed(client, **query: str) -> set[str]:
    response = client.get(USERS, query)
    return {user.username for user in response.context["cl"].result_list}


def test_the_list_of_users_says_who_may_do_what(admin_client, member):
    member("Viewers")
    User.objects.create_user("closed", is_active=False)
    User.objects.create_user("visitor")

    html = admin_client.get(USERS).content.decode()

    for words in ("Superuser", "Viewers", "Closed", "Not staff", "a viewer"):
        assert words in html


def test_users_are_narrowed_to_a_group_and_to_access(admin_client, member):
    member("Viewers")
    User.objects.create_user("closed", is_active=False)

    assert listed(admin_client, group=str(Group.objects.get(name="Viewers").pk)) == {"a viewer"}
    assert listed(admin_client, access="closed") == {"closed"}
    assert listed(admin_client, access="active") == {"a viewer", "admin"}


@pytest.mark.parametrize("name", ["auth_user", "auth_group"])
def test_the_lists_of_people_cost_the_same_however_many(
    admin_client, name, django_assert_max_num_queries
):
    def add(batch: int) -> None:
        for number in range(5):
            user = User.objects.create_user(f"user {batch} {number}")
            user.groups.add(Group.objects.create(name=f"group {batch} {number}"))

    url = reverse(f"admin:{name}_changelist")
    add(0)
    admin_client.get(url)
    cache.clear()  # badges are counted each time
    with django_assert_max_num_queries(20) as few:
        admin_client.get(url)
    add(1)
    cache.clear()  # badges are counted each time
    with django_assert_max_num_queries(len(few.captured_queries)):
        admin_client.get(url)


def test_a_group_says_how_many_people_and_permissions_it_has(admin_client, member):
    member("Viewers")

    html = admin_client.get(reverse("admin:auth_group_changelist")).content.decode()

    assert '1<span class="unit"> person</span>' in html
    assert '0<span class="unit"> people</span>' in html


def test_nobody_is_deleted_with_the_log_of_what_they_did(admin_client, admin_user):
    url = reverse("admin:auth_user_delete", args=[admin_user.pk])

    assert admin_client.get(url).status_code == 403


@pytest.fixture
def administrator(client) -> User:
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(Group.objects.get(name="Administrators"))
    client.force_login(user)
    return user


def test_an_administrator_makes_nobody_a_superuser(client, administrator):
    url = reverse("admin:auth_user_change", args=[administrator.pk])

    client.post(url, {"username": "ada", "is_staff": "on", "is_active": "on", "is_superuser": "on"})

    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert 'name="is_superuser"' not in client.get(url).content.decode()


def test_an_administrator_does_not_change_a_superuser(client, administrator, admin_user):
    url = reverse("admin:auth_user_change", args=[admin_user.pk])
    password = reverse("admin:auth_user_password_change", args=[admin_user.pk])

    assert client.post(url, {"username": "mine"}).status_code == 403
    assert client.get(password).status_code == 403


def test_a_superuser_changes_another(admin_client, admin_user):
    html = admin_client.get(
        reverse("admin:auth_user_change", args=[admin_user.pk])
    ).content.decode()

    assert 'name="is_superuser"' in html


def test_a_new_user_is_added_with_a_password(admin_client):
    answers = {"username": "new", "usable_password": "true"}
    answers |= {"password1": "one long passphrase", "password2": "one long passphrase"}

    admin_client.post(reverse("admin:auth_user_add"), answers)

    assert User.objects.get(username="new").has_usable_password()


# --- Nobody hands on what they do not hold --------------------------------------------

BUILT_IN = ["Viewers", "Operators", "Administrators"]


def group_page(name: str, page: str = "change") -> str:
    return reverse(f"admin:auth_group_{page}", args=[Group.objects.get(name=name).pk])


def user_page(user: User) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


@pytest.fixture
def owners() -> Group:
    """A group that may do what administrators may not."""
    group = Group.objects.create(name="Owners")
    group.permissions.add(Permission.objects.get(codename="delete_movie"))
    return group


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_groups_that_come_with_the_product_stay(admin_client, name):
    chosen = {"action": "delete_selected", "_selected_action": Group.objects.get(name=name).pk}
    groups = reverse("admin:auth_group_changelist")

    assert admin_client.post(group_page(name, "delete"), {"post": "yes"}).status_code == 403
    assert admin_client.post(groups, chosen | {"post": "yes"}).status_code == 403
    admin_client.post(group_page(name), {"name": "Mine"})
    assert set(Group.objects.values_list("name", flat=True)) == set(BUILT_IN)


def test_an_administrator_removes_a_group_of_their_own(client, administrator):
    Group.objects.create(name="Friends")

    client.post(group_page("Friends", "delete"), {"post": "yes"})

    assert not Group.objects.filter(name="Friends").exists()


def test_an_administrator_gives_a_group_what_they_hold_and_no_more(client, administrator):
    Group.objects.create(name="Friends")
    held, beyond = (
        Permission.objects.get(codename=name).pk for name in ("view_movie", "delete_movie")
    )

    client.post(group_page("Friends"), {"name": "Friends", "permissions": [held, beyond]})
    client.post(group_page("Administrators"), {"permissions": [beyond]})
    assert not Permission.objects.filter(pk=beyond, group__isnull=False).exists()
    client.post(group_page("Friends"), {"name": "Friends", "permissions": [held]})
    assert Group.objects.get(name="Friends").permissions.get().pk == held


def test_a_superuser_gives_a_group_anything(admin_client, owners):
    every = list(Permission.objects.values_list("pk", flat=True))

    admin_client.post(group_page("Owners"), {"name": "Owners", "permissions": every})

    assert owners.permissions.count() == len(every)


def test_an_administrator_does_not_touch_a_group_that_may_do_more(client, administrator, owners):
    page, delete = group_page("Owners"), group_page("Owners", "delete")

    assert client.post(page, {"name": "Mine"}).status_code == 403
    assert client.post(delete, {"post": "yes"}).status_code == 403
    client.post(user_page(administrator), {"username": "ada", "groups": [owners.pk]})
    assert not owners.user_set.exists()


@pytest.mark.parametrize("is_active", [True, False])
def test_an_administrator_does_not_take_over_somebody_who_may_do_more(
    client, administrator, owners, is_active
):
    owner = User.objects.create_user("olga", is_staff=True, is_active=is_active)
    owner.groups.add(owners)
    password = reverse("admin:auth_user_password_change", args=[owner.pk])

    assert client.post(user_page(owner), {"username": "mine"}).status_code == 403
    assert client.get(password).status_code == 403


def test_an_administrator_puts_people_into_groups(client, administrator, member):
    viewer = member("Viewers")
    operators = Group.objects.get(name="Operators")

    client.post(user_page(viewer), {"username": "vic", "groups": [operators.pk]})

    assert viewer.groups.get() == operators


def test_who_leaves_the_last_group_is_staff_no_more_and_audit_says_so(
    client, administrator, member
):
    viewer = member("Viewers")

    response = client.post(
        user_page(viewer), {"username": "vic", "is_staff": "on", "is_active": "on"}, follow=True
    )

    viewer.refresh_from_db()
    assert not viewer.is_staff
    assert "vic: not staff any more, since no group is left." in response.content.decode()
    lines = {entry.get_change_message() for entry in LogEntry.objects.filter(user=administrator)}
    assert "No longer staff: no group is left." in lines


def test_who_leaves_one_group_of_two_or_is_a_superuser_stays_staff(admin_client, member):
    viewer, chief = member("Viewers"), member("Operators")
    viewer.groups.add(Group.objects.get(name="Operators"))
    viewers = Group.objects.get(name="Viewers")

    staff = {"is_staff": "on", "is_active": "on"}
    admin_client.post(user_page(viewer), staff | {"username": "vic", "groups": [viewers.pk]})
    admin_client.post(user_page(chief), staff | {"username": "chief", "is_superuser": "on"})

    assert set(User.objects.filter(is_staff=True)) >= {viewer, chief}
    assert not chief.groups.exists()


def test_who_is_made_staff_while_leaving_the_last_group_is(admin_client, member):
    viewer = member("Viewers")
    User.objects.filter(pk=viewer.pk).update(is_staff=False)

    admin_client.post(user_page(viewer), {"username": "vic", "is_staff": "on", "is_active": "on"})

    viewer.refresh_from_db()
    assert viewer.is_staff


def test_who_was_in_a_group_that_is_removed_and_in_no_other_is_staff_no_more(admin_client):
    user = User.objects.create_user("frida", is_staff=True)
    user.groups.add(Group.objects.create(name="Friends"))

    admin_client.post(group_page("Friends", "delete"), {"post": "yes"})

    user.refresh_from_db()
    assert not user.is_staff


def test_who_may_change_users_but_no_groups_puts_nobody_into_one(client):
    desk = allowed("view_user", "change_user")
    client.force_login(desk)
    administrators = Group.objects.get(name="Administrators")

    client.post(user_page(desk), {"username": "desk", "groups": [administrators.pk]})

    desk.refresh_from_db()
    assert desk.username == "desk"
    assert not desk.groups.exists()


def test_who_may_change_users_does_not_take_over_an_administrator(client, member):
    client.force_login(allowed("view_user", "change_user"))

    page = user_page(member("Administrators"))

    assert client.post(page, {"username": "mine"}).status_code == 403
