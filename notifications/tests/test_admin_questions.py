"""What each question about a notification says, and what becomes of its answers."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from notifications.models import Notification
from notifications.tests.log import (
    page_of,
    press,
    said,
    state_of,
    words,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def question(client, row: Notification, action: str) -> str:
    return words(client.get(page_of(row, action)).content.decode())


def test_retrying_names_how_many_are_mailed(client, sign_in, failed):
    sign_in("retry_notification")

    text = question(client, failed(), "retry")

    assert "Retry this notification? The same mail goes to 2 admins, in up to 8 attempts." in text
    assert "Leave it as it is" in text


@pytest.mark.parametrize(("action", "state"), [("retry", "partial"), ("send-now", "queued")])
def test_mailing_what_some_have_names_the_rest_alone(client, sign_in, queued, action, state):
    sign_in("retry_notification")
    facts = {"refused": {"bob@example.org": "550 no"}, "remaining": ["c@x.org"], "sent_at": NOW}
    row = queued(state=state, **facts)

    text = question(client, row, action)

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
