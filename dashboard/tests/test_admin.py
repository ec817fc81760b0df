"""Pages that show several rooms, and people. Tasks: test_admin_tasks.py."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.urls import reverse

from dashboard.tests import rows
from movies.models import Movie, Origin, Refill, SearchTerm
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def told(client, row) -> str:
    """Return the notifications tab of the row's page."""
    page = f"admin:movies_{row._meta.model_name}_change"
    response = client.get(reverse(page, args=[row.pk]), {"tab": "notifications"})
    return response.content.decode()


def about(row, state: str = "failed") -> Notification:
    notification = rows.notification(state, reason="Refused.")
    notification.about = row
    notification.save()
    return notification


@pytest.fixture
def term() -> SearchTerm:
    return rows.search().term


@pytest.mark.parametrize("make", [lambda: rows.search().term, rows.film, Refill.objects.create])
def test_a_page_shows_the_notifications_about_its_row(admin_client, make):
    row = make()
    notification = about(row)
    Notification.objects.exclude(pk=notification.pk).delete()

    html = told(admin_client, row)

    assert reverse("admin:notifications_notification_change", args=[notification.pk]) in html
    assert "Refused." in html


def test_notifications_are_not_shown_without_the_right_to_them(client, member, term):
    viewer = member("Viewers")
    viewer.groups.get().permissions.remove(Permission.objects.get(codename="view_notification"))
    client.force_login(viewer)

    assert "Nobody was told" not in told(client, term)
    assert "?tab=notifications" not in told(client, term)


def test_a_page_without_notifications_says_why(admin_client, term):
    Notification.objects.all().delete()
    imported = SearchTerm.objects.create(term="old", origin=Origin.IMPORT)
    lacking, complete = rows.film(), rows.film(is_full_record=True)
    Notification.objects.all().delete()

    assert "imported terms are not mailed." in told(admin_client, imported)
    assert "older than what is kept." in told(admin_client, term)
    assert "a film is told of when its details come." in told(admin_client, lacking)
    assert "older than what is kept." in told(admin_client, complete)
    assert "re-fills are not mailed." in told(admin_client, Refill.objects.create())


# --- People ---------------------------------------------------------------------------

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


# --- The frame ------------------------------------------------------------------------


def test_a_page_without_scripts_says_that_it_needs_them(admin_client):
    html = admin_client.get(reverse("admin:movies_movie_changelist")).content.decode()

    assert '<noscript><p class="needs-javascript">This dashboard needs JavaScript.</p>' in html
    assert html.count("<main") == 1
    assert "Skip to the content" in html


def test_no_page_runs_a_script_of_its_own(admin_client):
    film = Movie.objects.create(imdb_id="tt0000001", title="<script>alert(1)</script>")

    html = admin_client.get(reverse("admin:movies_movie_change", args=[film.pk])).content.decode()

    assert "<script>" not in html
    assert (
        "unsafe-inline"
        not in admin_client.get("/admin/")["Content-Security-Policy"].split("style-src")[0]
    )
