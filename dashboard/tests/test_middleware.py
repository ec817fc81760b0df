import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import reverse

from dashboard import services
from dashboard.tests.signing_in.typing_in import sign_in

pytestmark = pytest.mark.django_db

CHANGE = reverse("admin:password_change")


@pytest.fixture
def newcomer(client):
    """A client signed in with the password that was printed."""
    password = services.create_first_superuser()
    assert sign_in(client, "admin", password)
    client.first_password = password
    return client


def choose(client, password: str) -> HttpResponse:
    answers = {
        "old_password": client.first_password,
        "new_password1": password,
        "new_password2": password,
    }
    return client.post(CHANGE, answers)


@pytest.mark.parametrize("page", ["admin:index", "admin:movies_movie_changelist", "admin:search"])
def test_no_page_opens_before_the_password_is_changed(newcomer, page):
    response = newcomer.get(reverse(page))

    assert response.status_code == 302
    assert response["Location"] == CHANGE


def told(response) -> int:
    return response.content.decode().count("somebody else has seen the one you signed in with")


def test_the_page_that_changes_the_password_says_why_once(newcomer):
    assert told(newcomer.get(reverse("admin:index"), follow=True)) == 1


def test_a_password_that_is_refused_leaves_the_reason_in_sight(newcomer):
    assert told(choose(newcomer, "123")) == 1


def test_who_changes_a_password_of_their_own_is_told_no_reason(admin_client):
    assert told(admin_client.get(CHANGE)) == 0


def test_after_the_change_a_button_leads_to_the_dashboard(newcomer):
    choose(newcomer, "a password of my own")

    html = newcomer.get(reverse("admin:password_change_done")).content.decode()

    assert f'<a class="action action-primary" href="{reverse("admin:index")}">' in html


def test_nothing_is_changed_before_the_password_is(newcomer):
    response = newcomer.post(reverse("admin:auth_group_add"), {"name": "Friends"})

    assert response["Location"] == CHANGE


def test_a_fragment_leads_the_whole_page_there(newcomer):
    response = newcomer.get(reverse("admin:index"), headers={"HX-Request": "true"})

    assert response.status_code == 204
    assert response["HX-Redirect"] == CHANGE


@pytest.mark.parametrize("page", ["admin:password_change", "admin:jsi18n", "movies:index"])
def test_what_is_needed_to_change_it_and_the_public_pages_stay_open(newcomer, page):
    assert newcomer.get(reverse(page)).status_code == 200


def test_signing_out_stays_open(newcomer):
    newcomer.post(reverse("admin:logout"))

    assert "_auth_user_id" not in newcomer.session


def test_everything_opens_once_the_password_is_changed(newcomer):
    choose(newcomer, "a password of my own")

    assert newcomer.get(reverse("admin:index")).status_code == 200
    assert "must_change_password" not in newcomer.session


def test_who_changes_a_password_of_their_own_stands_in_audit(newcomer):
    choose(newcomer, "123")
    choose(newcomer, "a password of my own")

    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_repr) == ("admin", "admin")
    assert entry.get_change_message() == "Chose a new password."


def test_a_password_that_is_refused_opens_nothing(newcomer):
    choose(newcomer, "123")

    assert newcomer.get(reverse("admin:index"))["Location"] == CHANGE


def test_the_password_that_somebody_else_knows_is_no_new_one(newcomer):
    html = choose(newcomer, newcomer.first_password).content.decode()

    assert "This is the password already." in html
    assert newcomer.get(reverse("admin:index"))["Location"] == CHANGE


def test_a_new_sign_in_with_the_new_password_is_not_held_up(newcomer, client):
    choose(newcomer, "a password of my own")
    client.logout()

    sign_in(client, "admin", "a password of my own")

    assert client.get(reverse("admin:index")).status_code == 200


def test_a_flag_whose_user_was_locked_out_leads_to_the_sign_in(newcomer):
    User.objects.update(is_active=False)

    response = newcomer.get(reverse("admin:index"))

    assert response["Location"].startswith(reverse("admin:login"))


def test_everybody_else_is_never_asked_about(client, django_assert_num_queries):
    client.force_login(User.objects.create_user("plain"))

    # The session and the user, and none about passwords.
    with django_assert_num_queries(2):
        response = client.get(reverse("admin:index"))

    assert response["Location"].startswith(reverse("admin:login"))


HTMX = {"HX-Request": "true"}


def test_who_asks_for_a_part_and_is_signed_out_gets_words_and_no_sign_in_page(client):
    for page in ("dashboard:signals", "dashboard:system_lines", "admin:index"):
        response = client.get(reverse(page), headers=HTMX)

        assert (response.status_code, response.text) == (401, "You are signed out.")


def test_who_may_not_see_a_part_gets_words_and_no_page(client, staff):
    client.force_login(staff)

    response = client.get(reverse("dashboard:system_lines"), headers=HTMX)

    assert (response.status_code, response.text) == (403, "You may not see this any more.")


def test_a_whole_page_is_refused_by_a_page(client, staff):
    assert client.get(reverse("dashboard:system")).status_code == 302
    client.force_login(staff)

    assert "<html" in client.get(reverse("dashboard:system")).text


def test_parts_and_redirects_of_who_may_see_them_pass(client, member):
    client.force_login(member("Viewers"))

    assert client.get(reverse("dashboard:system_lines"), headers=HTMX).status_code == 200
    assert client.get(reverse("admin:login"), headers=HTMX)["Location"] == reverse("admin:index")
