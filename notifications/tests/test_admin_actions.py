import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from notifications.models import Notification
from notifications.tests.log import CONFIRMED, LIST, SEVERAL, chosen, page_of, said

pytestmark = pytest.mark.django_db


def test_buttons_are_absent_without_their_permission(client, sign_in, failed):
    sign_in()

    text = client.get(page_of(failed())).content.decode()

    assert "/retry/" not in text
    assert "/review/" not in text


def test_buttons_are_absent_where_they_have_nothing_to_do(client, sign_in, queued, failed):
    sign_in("retry_notification", "review_notification")

    waiting = client.get(page_of(queued())).content.decode()
    seen = client.get(page_of(failed(reviewed_at=timezone.now()))).content.decode()
    fresh = client.get(page_of(failed())).content.decode()

    assert ("/retry/" in waiting, "/review/" in waiting) == (False, False)
    assert ("/retry/" in seen, "/review/" in seen) == (True, False)
    assert ("/retry/" in fresh, "/review/" in fresh) == (True, True)


@pytest.mark.parametrize("action", ["retry", "review"])
def test_an_action_without_its_permission_is_refused(client, sign_in, failed, action):
    sign_in("review_notification" if action == "retry" else "retry_notification")
    notification = failed()

    assert client.post(page_of(notification, action), CONFIRMED).status_code == 403

    notification.refresh_from_db()
    assert (notification.state, notification.reviewed_at) == ("failed", None)


@pytest.mark.parametrize("action", ["retry", "review"])
def test_nothing_is_done_with_what_the_reader_may_not_see(client, sign_in, failed, action):
    user = sign_in("retry_notification", "review_notification")
    user.user_permissions.remove(Permission.objects.get(codename="view_notification"))
    row = failed()

    answers = [
        client.get(page_of(row, action)),
        client.post(page_of(row, action), CONFIRMED),
        client.post(LIST, chosen(f"{action}_selected", row)),
        client.post(SEVERAL, {"notifications": row.pk}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    row.refresh_from_db()
    assert (row.state, row.reviewed_at) == ("failed", None)


@pytest.mark.parametrize("action", ["change", "history", "retry", "review"])
def test_an_address_that_is_no_number_breaks_nothing(client, sign_in, action):
    sign_in("retry_notification", "review_notification")
    url = f"{LIST}abc/{action}/"

    codes = {client.get(url, follow=True).status_code, client.post(url, CONFIRMED).status_code}

    assert max(codes) < 500


@pytest.mark.parametrize(
    ("action", "stays"), [("retry", "Leave it failed"), ("review", "Keep it on the list")]
)
def test_the_way_out_of_a_question_says_what_stays(client, sign_in, failed, action, stays):
    sign_in("retry_notification", "review_notification")

    text = client.get(page_of(failed(), action)).content.decode()

    assert f">{stays}</button>" in text
    assert "Not now" not in text


@pytest.mark.parametrize("action", ["retry", "review"])
def test_a_plain_get_asks_and_changes_nothing(client, sign_in, failed, action):
    sign_in("retry_notification", "review_notification")
    notification = failed()

    answer = client.get(page_of(notification, action), CONFIRMED)

    assert "this" in answer.content.decode()
    notification.refresh_from_db()
    assert (notification.state, notification.reviewed_at) == ("failed", None)


def test_retrying_queues_it_and_says_so(client, sign_in, failed):
    sign_in("retry_notification")
    notification = failed()

    answer = client.post(page_of(notification, "retry"), CONFIRMED, follow=True)

    notification.refresh_from_db()
    assert notification.state == "queued"
    assert "Queued again" in answer.content.decode()


def test_pressed_twice_it_names_who_was_first(client, sign_in, failed):
    user = sign_in("retry_notification")
    notification = failed()
    client.post(page_of(notification, "retry"), CONFIRMED)

    answer = client.post(page_of(notification, "retry"), CONFIRMED, follow=True)

    message = said(answer)[-1]
    assert message.startswith(f"Already done by {user.username}, ")
    assert page_of(notification) in message


@pytest.mark.parametrize("action", ["retry", "review"])
def test_an_action_on_what_never_failed_says_that_nothing_changed(client, sign_in, queued, action):
    sign_in("retry_notification", "review_notification")

    answer = client.post(page_of(queued(state="suppressed"), action), CONFIRMED, follow=True)

    assert "Nothing needed to be done: <a" in answer.content.decode()
    assert Notification.objects.get().state == "suppressed"


def test_reviewing_takes_it_off_the_list(client, sign_in, failed):
    sign_in("review_notification")
    notification = failed()

    client.post(page_of(notification, "review"), CONFIRMED)

    assert not Notification.objects.needs_review().exists()


def test_the_dialog_of_a_live_page_is_told_where_to_go(client, sign_in, failed):
    sign_in("review_notification")
    notification = failed()

    answer = client.post(page_of(notification, "review"), CONFIRMED, headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == page_of(notification)


@pytest.mark.parametrize("action", ["retry", "review"])
def test_an_action_on_what_does_not_exist_is_not_found(client, sign_in, action):
    sign_in("retry_notification", "review_notification")

    assert client.post(f"{LIST}4711/{action}/", CONFIRMED).status_code == 404


def test_reviewing_several_links_those_that_needed_it(client, sign_in, queued, failed):
    sign_in("review_notification")
    row, other = failed(), queued()

    answer = client.post(LIST, chosen("review_selected", row, other), follow=True)

    reviewed, left = said(answer)
    assert reviewed.startswith("Reviewed: <a")
    assert page_of(row) in reviewed
    assert left.startswith("Nothing needed to be done: <a")
    assert page_of(other) in left
    assert not Notification.objects.needs_review().exists()


@pytest.mark.parametrize("action", ["retry_selected", "review_selected"])
def test_several_at_once_need_the_same_permission(client, sign_in, failed, action):
    sign_in()
    row = failed()

    client.post(LIST, chosen(action, row))
    client.post(SEVERAL, {"notifications": row.pk})

    row.refresh_from_db()
    assert (row.state, row.reviewed_at) == ("failed", None)
