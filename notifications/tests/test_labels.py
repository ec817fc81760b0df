import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from movies.formats import clock
from notifications.labels import (
    ATTEMPTS,
    LABELS,
    attempt_label,
    notification_label,
    shown_state,
    state_label,
    what_happened,
)
from notifications.models import Attempt, Notification

LONG_AGO = timezone.make_aware(datetime(2020, 1, 2))  # noqa: DTZ001 - of the site's zone


def test_every_state_has_role_and_word():
    assert set(Notification.State.values) <= set(LABELS)
    assert {role for role, _ in LABELS.values()} == {"rest", "moving", "good", "look", "needs"}


@pytest.mark.parametrize(
    ("state", "role", "icon", "word"),
    [
        ("queued", "rest", "○", "Waiting"),
        ("trying_again", "moving", "↻", "Trying again"),
        ("sending", "moving", "↻", "Sending"),
        ("sent", "good", "✓", "Sent"),
        ("held", "rest", "○", "Collecting for digest"),
        ("merged", "rest", "○", "In a digest"),
        ("partial", "look", "!", "Partly refused"),
        ("uncertain", "look", "!", "May have arrived"),
        ("cancelled", "rest", "○", "Cancelled"),
        ("expired", "rest", "○", "Expired"),
        ("failed", "needs", "✕", "Failed"),
        ("suppressed", "rest", "○", "Not mailed"),
        ("of a later release", "rest", "○", "Unknown"),
    ],
)
def test_a_label_is_an_icon_and_a_word_in_the_role_of_its_state(state, role, icon, word):
    html = state_label(state)

    assert f'class="state state-{role}"' in html
    assert f">{icon}<" in html
    assert word in html


def test_the_note_of_a_label_is_escaped():
    notification = Notification(state="failed", reason="550 <b>no</b>")

    assert "550 &lt;b&gt;no&lt;/b&gt;" in notification_label(notification)


def test_every_way_an_attempt_can_end_has_a_label():
    assert set(ATTEMPTS) == set(Attempt.Outcome.values)


def test_an_attempt_that_is_made_again_by_itself_is_no_alarm():
    assert "state-rest" in attempt_label(Attempt(outcome="temporary"))
    assert "Refused for now" in attempt_label(Attempt(outcome="temporary"))
    assert "state-needs" in attempt_label(Attempt(outcome="permanent"))


def test_a_row_that_was_put_off_says_when_it_goes_on():
    reason = "Trying again, attempt 3 of 8: 451 <later>"
    soon = timezone.now() + timedelta(minutes=5)
    row = Notification(state="queued", tries=2, reason=reason, next_attempt_at=soon)

    # In an element, which shows it in the reader's zone.
    at = f"at {clock(soon)}, attempt 3 of 8: 451 &lt;later&gt;"
    assert "↻" in notification_label(row)
    assert at in notification_label(row)
    goes = "It goes by itself; nothing needs to be done."
    assert what_happened(row) == f"Trying again {at}. {goes}"


def test_a_new_row_waits_and_a_row_that_was_tried_is_tried_again():
    assert shown_state(Notification(state="queued")) == "queued"
    assert shown_state(Notification(state="queued", tries=1)) == "trying_again"
    assert shown_state(Notification(state="sent", tries=1)) == "sent"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"state": "queued"},
            "It waits to be mailed. It goes by itself; nothing needs to be done.",
        ),
        (
            {"state": "queued", "reason": "sam asked for another try."},
            "sam asked for another try. It goes by itself; nothing needs to be done.",
        ),
        (
            {"state": "held", "next_attempt_at": LONG_AGO},
            "It is mailed with others of its kind at 2 Jan 2020, 00:00.",
        ),
        (
            {"state": "merged"},
            "It was mailed in a digest, whose page says what became of it.",
        ),
        (
            {"state": "sending"},
            "It is being sent; if that breaks off, it is tried again by itself.",
        ),
        (
            {"state": "sent", "recipients": ["a@x.org"], "sent_at": LONG_AGO},
            "Sent 2 Jan 2020, 00:00 to a@x.org.",
        ),
        (
            {"state": "sent", "sent_at": LONG_AGO, "reason": "sam says that it arrived."},
            "Sent 2 Jan 2020, 00:00. sam says that it arrived. Nothing more happens by itself.",
        ),
        (
            {
                "state": "partial",
                "recipients": ["a@x.org", "b@x.org"],
                "refused": {"b@x.org": "550 no"},
                "sent_at": LONG_AGO,
                "reason": "Refused for b@x.org (550 no)",
            },
            "Sent 2 Jan 2020, 00:00 to a@x.org. Refused for b@x.org (550 no). "
            "Nothing more happens by itself.",
        ),
        (
            {
                "state": "partial",
                "recipients": ["a@x.org", "b@x.org"],
                "remaining": ["b@x.org"],
                "sent_at": LONG_AGO,
            },
            "Sent 2 Jan 2020, 00:00 to a@x.org.",
        ),
        (
            {"state": "uncertain", "reason": "No reply came"},
            "No reply came. Nobody knows whether it arrived until somebody looks.",
        ),
        (
            {"state": "cancelled", "reason": "Cancelled by sam."},
            "Cancelled by sam. Nothing more happens by itself.",
        ),
        (
            {"state": "failed", "reason": "550 <b>no</b>"},
            "550 &lt;b&gt;no&lt;/b&gt;. Nothing more happens by itself.",
        ),
        (
            {"state": "failed", "reason": "No.", "reviewed_at": LONG_AGO},
            "No. Nothing more happens by itself. Reviewed 2 Jan 2020, 00:00.",
        ),
        (
            {"state": "suppressed", "reason": "This reaches nobody: ADMINS is empty."},
            "This reaches nobody: ADMINS is empty. Nothing more happens by itself.",
        ),
    ],
)
def test_a_sentence_says_what_happened_and_what_happens_next(fields, words):
    sentence = what_happened(Notification(**fields))

    assert re.sub("</?time[^>]*>", "", sentence) == words
