import pytest
from django.utils import timezone

from notifications.models import Notification

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/notification/"
CONFIRMED = {"_form_submitted": "True"}


def page_of(notification: Notification, action: str = "change") -> str:
    return f"{LIST}{notification.pk}/{action}/"


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

    messages = [str(message) for message in answer.context["messages"]]
    assert messages[-1].startswith(f"Already done by {user.username}, ")


@pytest.mark.parametrize("action", ["retry", "review"])
def test_an_action_on_what_never_failed_says_that_nothing_changed(client, sign_in, queued, action):
    sign_in("retry_notification", "review_notification")

    answer = client.post(page_of(queued(state="suppressed"), action), CONFIRMED, follow=True)

    assert "Nothing was changed" in answer.content.decode()
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


def chosen(action: str, *rows: Notification, **more: str) -> dict:
    return {"action": action, "_selected_action": [row.pk for row in rows], "index": "0", **more}


def test_retrying_several_asks_first(client, sign_in, queued, failed):
    sign_in("retry_notification")
    rows = [failed(), failed(), queued(state="sent")]

    answer = client.post(LIST, chosen("retry_selected", *rows))

    assert "Retry 2 notifications" in answer.content.decode()
    assert "Leave them failed" in answer.content.decode()
    assert Notification.objects.filter(state="failed").count() == 2

    answer = client.post(LIST, chosen("retry_selected", *rows, confirmed="yes"), follow=True)

    assert "2 queued again" in answer.content.decode()
    assert Notification.objects.filter(state="queued").count() == 2
    assert Notification.objects.filter(state="sent").count() == 1


def test_the_question_before_retrying_can_be_answered_as_it_stands(client, sign_in, failed):
    sign_in("retry_notification")
    row = failed()

    text = client.post(LIST, chosen("retry_selected", row)).content.decode()

    assert "Retry 1 notification?" in text
    assert "Leave it failed" in text
    assert f'name="_selected_action" value="{row.pk}"' in text
    assert 'name="action" value="retry_selected"' in text


def test_retrying_several_that_have_not_failed_changes_nothing(client, sign_in, queued):
    sign_in("retry_notification")

    answer = client.post(LIST, chosen("retry_selected", queued(state="sent")), follow=True)

    assert "0 queued again" in answer.content.decode()


def test_reviewing_several_counts_those_that_needed_it(client, sign_in, queued, failed):
    sign_in("review_notification")

    answer = client.post(LIST, chosen("review_selected", failed(), queued()), follow=True)

    assert "1 marked as reviewed" in answer.content.decode()
    assert not Notification.objects.needs_review().exists()


@pytest.mark.parametrize("action", ["retry_selected", "review_selected"])
def test_several_at_once_need_the_same_permission(client, sign_in, failed, action):
    sign_in()
    row = failed()

    client.post(LIST, chosen(action, row, confirmed="yes"))

    row.refresh_from_db()
    assert (row.state, row.reviewed_at) == ("failed", None)
