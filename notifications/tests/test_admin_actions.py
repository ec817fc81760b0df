"""What can be done with one notification. Several at once: test_admin_several.py."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from notifications.models import Notification
from notifications.tests.log import CONFIRMED, LIST, SEVERAL, chosen, page_of, said, words

pytestmark = pytest.mark.django_db
OPERATOR = ("retry_notification", "review_notification", "change_kindpolicy")
NOW = timezone.now()
# Each action, and a state in which it has something to do.
ACTIONS = {
    "send-now": {"state": "held"},
    "retry": {"state": "failed"},
    "settle": {"state": "uncertain"},
    "copy": {"state": "sent"},
    "cancel": {"state": "held"},
    "review": {"state": "failed"},
    "mute": {},
}
# What its question is answered with, besides yes.
ANSWERS = {
    "settle": {"answer": "arrived"},
    "copy": {"token": "c3b7a5f2-2a0f-4c3d-9a55-0f6a5f0f0001"},
    "mute": {"how_long": "hour"},
}


def press(client, row: Notification, action: str, **answer: str):
    data = CONFIRMED | ANSWERS.get(action, {}) | answer
    return client.post(page_of(row, action), data, follow=True)


def offered(client, row: Notification) -> set[str]:
    html = client.get(page_of(row)).content.decode()
    return set(re.findall(rf'hx-get="{LIST}{row.pk}/([a-z-]+)/"', html))


def state_of(row: Notification) -> tuple[str, bool]:
    row.refresh_from_db()
    return row.state, bool(row.reviewed_at)


@pytest.mark.parametrize(
    ("fields", "useful"),
    [
        ({"state": "queued", "passed_at": None}, {"send-now", "cancel", "mute"}),
        ({"state": "queued", "next_attempt_at": NOW}, {"cancel", "mute"}),
        (
            {"state": "queued", "next_attempt_at": NOW + timedelta(hours=1)},
            {"send-now", "cancel", "mute"},
        ),
        ({"state": "held"}, {"send-now", "cancel", "mute"}),
        ({"state": "merged"}, {"mute"}),
        ({"state": "sending"}, {"mute"}),
        ({"state": "sent"}, {"copy", "mute"}),
        ({"state": "partial"}, {"retry", "copy", "mute"}),
        ({"state": "uncertain"}, {"settle", "review", "mute"}),
        ({"state": "failed"}, {"retry", "review", "mute"}),
        ({"state": "failed", "reviewed_at": NOW}, {"retry", "mute"}),
        ({"state": "failed", "text": "", "html": ""}, {"review", "mute"}),
        ({"state": "suppressed"}, {"retry", "mute"}),
        ({"state": "cancelled"}, {"retry", "mute"}),
        ({"state": "expired"}, {"retry", "mute"}),
    ],
)
def test_only_what_has_something_to_do_is_offered(client, sign_in, queued, fields, useful):
    sign_in(*OPERATOR)
    row = queued()
    Notification.objects.filter(pk=row.pk).update(**_whole(fields))

    assert offered(client, row) == useful


def _whole(fields: dict) -> dict:
    if fields["state"] == "sending":
        return fields | {"lease": "c3b7a5f2-2a0f-4c3d-9a55-0f6a5f0f0001"}
    return fields | ({"sent_at": NOW} if fields["state"] in ("sent", "partial") else {})


@pytest.mark.parametrize(
    ("codename", "may"),
    [
        ("retry_notification", {"retry"}),
        ("review_notification", {"review"}),
        ("change_kindpolicy", {"mute"}),
    ],
)
def test_what_the_reader_may_not_do_is_absent(client, sign_in, failed, codename, may):
    sign_in(codename)

    assert offered(client, failed()) == may


def test_a_viewer_is_offered_nothing(client, member, failed):
    client.force_login(member("Viewers"))

    assert offered(client, failed()) == set()


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_without_its_permission_is_refused(client, sign_in, queued, action):
    sign_in("view_kindpolicy")
    row = queued(**ACTIONS[action])
    before = state_of(row)

    assert client.get(page_of(row, action)).status_code == 403
    assert press(client, row, action).status_code == 403
    assert state_of(row) == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_with_what_the_reader_may_not_see(client, sign_in, queued, action):
    user = sign_in(*OPERATOR)
    user.user_permissions.remove(Permission.objects.get(codename="view_notification"))
    row = queued(**ACTIONS[action])

    assert client.get(page_of(row, action)).status_code == 403
    assert press(client, row, action).status_code == 403
    assert client.post(LIST, chosen("retry_selected", row)).status_code == 403
    assert client.post(SEVERAL, {"verb": "retry", "notifications": row.pk}).status_code == 403
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", ["change", "history", *ACTIONS])
@pytest.mark.parametrize("key", ["abc", "0", "9" * 30])
def test_an_address_of_no_row_breaks_nothing(client, sign_in, action, key):
    sign_in(*OPERATOR)
    url = f"{LIST}{key}/{action}/"

    answers = [client.get(url, follow=True), client.post(url, CONFIRMED | ANSWERS.get(action, {}))]

    assert max(answer.status_code for answer in answers) < 500


@pytest.mark.parametrize("action", ACTIONS)
def test_a_plain_get_asks_and_changes_nothing(client, sign_in, queued, action):
    sign_in(*OPERATOR)
    row = queued(**ACTIONS[action])
    before = state_of(row)

    answer = client.get(page_of(row, action), CONFIRMED | ANSWERS.get(action, {}))

    assert "?</h2>" in answer.content.decode()
    assert state_of(row) == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_is_done_for_another_site(client, sign_in, queued, action):
    user = sign_in(*OPERATOR)
    row = queued(**ACTIONS[action])
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(user)

    assert press(strict, row, action).status_code == 403
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("action", "word"),
    [
        ("send-now", "Goes out now: "),
        ("retry", "Queued again: "),
        ("settle", "Settled, it arrived: "),
        ("copy", "A copy goes out: "),
        ("cancel", "Cancelled: "),
        ("review", "Reviewed: "),
        ("mute", "Muted until "),
    ],
)
def test_pressed_twice_it_is_done_once_and_names_who_was_first(
    client, sign_in, queued, action, word
):
    user = sign_in(*OPERATOR)
    row = queued(**ACTIONS[action])
    first = said(press(client, row, action))
    before = Notification.objects.count(), state_of(row)

    second = said(press(client, row, action))

    assert words(first[-1]).startswith(word)
    assert words(second[-1]).startswith(f"Already done by {user.username}, ")
    assert (Notification.objects.count(), state_of(row)) == before
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "mute"])
def test_an_action_that_has_nothing_to_do_says_that_nothing_changed(
    client, sign_in, queued, action
):
    sign_in(*OPERATOR)
    row = queued(state="merged")

    [message] = said(press(client, row, action))

    assert message.startswith("Nothing needed to be done: <a")
    assert state_of(row) == ("merged", False)
    assert Notification.objects.count() == 1


def test_the_dialog_of_a_live_page_is_told_where_to_go(client, sign_in, failed):
    sign_in("review_notification")
    row = failed()

    answer = client.post(page_of(row, "review"), CONFIRMED, headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == page_of(row)


# --- What each question says ----------------------------------------------------------


def question(client, row: Notification, action: str) -> str:
    return words(client.get(page_of(row, action)).content.decode())


def test_retrying_names_how_many_are_mailed(client, sign_in, failed):
    sign_in("retry_notification")

    text = question(client, failed(), "retry")

    assert "Retry this notification? The same mail goes to 2 admins, in up to 8 attempts." in text
    assert "Leave it as it is" in text


def test_retrying_a_partly_refused_one_names_the_rest_alone(client, sign_in, queued):
    sign_in("retry_notification")
    row = queued(state="partial", refused={"bob@example.org": "550 no"}, remaining=["c@x.org"])

    text = question(client, row, "retry")

    assert "It is mailed to bob@example.org, c@x.org alone: everybody else has it." in text


def test_a_copy_says_to_how_many_and_when_the_first_was_sent(client, sign_in, queued):
    sign_in("retry_notification")

    text = question(client, queued(state="sent"), "copy")

    assert re.search(r"Send a copy to 2 admins\? The first was sent \d\d:\d\d \.", text)
    assert text.endswith("Send no copy Send a copy to 2 admins")


def test_settling_offers_both_answers(client, sign_in, queued):
    sign_in("retry_notification")

    text = question(client, queued(state="uncertain"), "settle")

    assert "Did it arrive? We sent it but got no reply." in text
    assert "It arrived Send the same mail again" in text


# --- What each does -------------------------------------------------------------------


def test_sending_now_goes_past_the_digest(client, sign_in, new):
    sign_in("retry_notification")
    row = new(state="held", next_attempt_at=NOW + timedelta(hours=1))

    press(client, row, "send-now")

    assert state_of(row) == ("queued", False)
    assert row.is_due


def test_settling_by_sending_again_queues_the_same_mail(client, sign_in, queued):
    sign_in("retry_notification")
    row = queued(state="uncertain")

    answer = press(client, row, "settle", answer="again")

    assert words(said(answer)[-1]).startswith("Settled, sent again: ")
    assert state_of(row) == ("queued", False)


def test_settling_without_an_answer_changes_nothing(client, sign_in, queued):
    sign_in("retry_notification")
    row = queued(state="uncertain")

    answer = press(client, row, "settle", answer="perhaps")

    assert "Did it arrive?" in answer.content.decode()
    assert state_of(row) == ("uncertain", False)


def test_each_question_about_a_copy_has_a_token_of_its_own(client, sign_in, queued):
    sign_in("retry_notification")
    row = queued(state="sent")

    def token() -> str:
        html = client.get(page_of(row, "copy")).content.decode()
        return re.search(r'name="token" value="(.*?)"', html)[1]

    press(client, row, "copy", token=token())
    press(client, row, "copy", token=token())

    assert row.copies.count() == 2


@pytest.mark.parametrize("token", ["", "no token"])
def test_a_copy_without_a_token_is_not_sent(client, sign_in, queued, token):
    sign_in("retry_notification")
    row = queued(state="sent")

    press(client, row, "copy", token=token)

    assert row.copies.count() == 0


def test_a_review_keeps_its_note(client, sign_in, failed):
    sign_in("review_notification")
    row = failed()

    press(client, row, "review", note="<b>Ann</b> has left.")

    row.refresh_from_db()
    assert row.review_note == "<b>Ann</b> has left."
    html = client.get(page_of(row)).content.decode()
    assert "<b>Ann</b>" not in html
    assert "<b>Ann</b> has left." in unescape(html)
    assert not Notification.objects.needs_review().exists()


def test_a_note_that_is_too_long_is_asked_for_again(client, sign_in, failed):
    sign_in("review_notification")
    row = failed()

    press(client, row, "review", note="x" * 301)

    assert state_of(row) == ("failed", False)
