"""The way in and who is let in, the way out, and what the browser calls the pages between."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from dashboard.models import TemporaryPassword
from dashboard.tests.signing_in.typing_in import sign_in
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")


def text(response) -> str:
    return response.content.decode()


def title(response) -> str:
    return " ".join(re.search(r"<title>(.*?)</title>", text(response), re.DOTALL)[1].split())


def boxes(response) -> int:
    return text(response).count("errornote")


def test_the_page_that_lets_in_says_sign_in(client):
    response = client.get(LOGIN)

    assert title(response) == "Sign in | Marquee"
    assert "Log in" not in text(response)
    assert boxes(response) == 0


@pytest.mark.parametrize("username", ["nobody", ""])
def test_a_wrong_sign_in_is_told_in_one_box(client, username):
    response = client.post(LOGIN, {"username": username, "password": "wrong"})

    assert boxes(response) == 1


def test_who_is_signed_in_but_not_let_in_reads_what_to_do(client):
    client.force_login(User.objects.create_user("vis<i>tor"))

    response = client.get(LOGIN)

    assert "vis&lt;i&gt;tor may not open this dashboard" in text(response)
    assert boxes(response) == 0


def test_the_sign_in_names_an_environment_that_is_not_the_real_one(client, settings):
    settings.OMDB_DEMO = True

    assert '<p class="environment">' in text(client.get(LOGIN))


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("movies_movie", "Films"),
        ("movies_search", "Search log"),
        ("auth_user", "Users"),
        ("dashboard_taskrecord", "Tasks"),
    ],
)
def test_the_browser_calls_a_list_what_the_page_calls_it(admin_client, page, name):
    response = admin_client.get(reverse(f"admin:{page}_changelist"))

    assert title(response) == f"{name} | Marquee"


def without_scripts(response) -> str:
    return re.search(r"<noscript>(.*?)</noscript>", text(response), re.DOTALL)[1]


def test_without_scripts_one_can_search_or_sign_out(admin_client):
    words = without_scripts(admin_client.get(reverse("admin:index")))

    assert f'href="{reverse("movies:index")}"' in words
    assert f'action="{reverse("admin:logout")}"' in words
    assert "csrfmiddlewaretoken" in words


def test_without_scripts_who_is_not_signed_in_can_search(client):
    words = without_scripts(client.get(LOGIN))

    assert f'href="{reverse("movies:index")}"' in words
    assert reverse("admin:logout") not in words


# --- Who is let in --------------------------------------------------------------------

STARTING = "one long passphrase"
ADD = reverse("admin:auth_user_add")


def add(client, **answers: object) -> User | None:
    """Add a user by the form, as a person would."""
    typed = {"usable_password": "true", "password1": STARTING, "password2": STARTING}
    client.post(ADD, {"username": "new", **typed, **answers})
    return User.objects.filter(username="new").first()


def set_password(client, user: User, **answers: str) -> None:
    typed = {"usable_password": "true", "password1": STARTING, "password2": STARTING}
    client.post(reverse("admin:auth_user_password_change", args=[user.pk]), typed | answers)


def opened(user: User) -> str:
    """Return where the dashboard leads who signs in with the starting password."""
    newcomer = Client()
    assert sign_in(newcomer, user.username, STARTING)
    response = newcomer.get(reverse("admin:index"))
    return response.get("Location", "")


@pytest.fixture
def administrator(client, member) -> None:
    client.force_login(member("Administrators"))


def test_a_new_member_of_a_group_signs_in_without_another_switch(client, administrator):
    viewers = Group.objects.get(name="Viewers")

    user = add(client, groups=[viewers.pk])

    assert user.is_staff
    assert user.groups.get() == viewers
    assert opened(user) == reverse("admin:password_change")


def test_the_form_that_adds_a_user_offers_the_groups_one_may_hand_on(client, administrator):
    owners = Group.objects.create(name="Owners")
    owners.permissions.add(Permission.objects.get(codename="delete_movie"))

    html = client.get(ADD).content.decode()

    for name in ("Viewers", "Operators", "Administrators"):
        assert name in html
    assert "Owners" not in html
    assert "Whoever is in a group may sign in here" in html
    assert add(client, groups=[owners.pk]) is None


def test_who_may_not_change_groups_adds_nobody_to_one(client):
    client.force_login(allowed("view_user", "add_user", "change_user"))
    viewers = Group.objects.get(name="Viewers")

    assert 'name="groups"' not in client.get(ADD).content.decode()
    user = add(client, groups=[viewers.pk])
    assert not user.is_staff
    assert not user.groups.exists()


def test_who_is_put_into_a_group_later_may_sign_in_too(admin_client):
    user = User.objects.create_user("visitor")
    viewers = Group.objects.get(name="Viewers")
    page = reverse("admin:auth_user_change", args=[user.pk])

    admin_client.post(page, {"username": "visitor", "groups": [viewers.pk]})

    user.refresh_from_db()
    assert user.is_staff


# --- A password that somebody else knows ----------------------------------------------


def test_a_starting_password_must_be_changed_first(admin_client):
    user = add(admin_client, groups=[Group.objects.get(name="Viewers").pk])

    assert opened(user) == reverse("admin:password_change")


def test_a_password_that_an_administrator_sets_must_be_changed_first(client, administrator, member):
    viewer = member("Viewers")

    set_password(client, viewer)

    assert opened(viewer) == reverse("admin:password_change")


def test_a_password_that_is_refused_is_nobody_elses(client, administrator, member):
    viewer = member("Viewers")

    set_password(client, viewer, password2="something else")

    assert not TemporaryPassword.objects.exists()


def test_ones_own_password_set_on_the_page_of_users_is_kept(admin_client, admin_user):
    set_password(admin_client, admin_user)

    assert opened(admin_user) == ""


def test_who_has_no_password_is_asked_for_none(admin_client):
    user = add(admin_client, usable_password="false", password1="", password2="")

    assert not user.has_usable_password()
    assert not TemporaryPassword.objects.exists()


def test_the_password_of_nobody_is_not_found(admin_client):
    nobody = reverse("admin:auth_user_password_change", args=[987654])

    assert admin_client.get(nobody).status_code == 404
