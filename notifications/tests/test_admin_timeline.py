"""The steps from an event to the reply of the mail server."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from notifications import digests, kinds, services
from notifications.admin import timeline
from notifications.models import Notification
from notifications.tests.log import words

pytestmark = pytest.mark.django_db
THEN = timezone.now() - timedelta(hours=1)


def steps(row: Notification) -> list[str]:
    fresh = Notification.objects.select_related("digest").get(pk=row.pk)
    return [words(f"{step.words} {step.more}") for step in timeline.of(fresh)]


@pytest.mark.parametrize(
    ("origin", "beginning"),
    [
        ("signal", "Written down when its signal came"),
        (
            "reconcile",
            "It happened; no receiver heard of it, and the reconciler wrote it down",
        ),
        ("test", "Test written"),
    ],
)
def test_it_begins_with_who_wrote_it_down(queued, origin, beginning):
    assert steps(queued(origin=origin))[0] == beginning


def test_a_mail_that_went_is_told_from_its_signal_to_the_reply(queued):
    row = queued(state="sent", created_at=THEN, passed_at=THEN + timedelta(seconds=3))
    at = THEN + timedelta(seconds=5)
    row.attempt_log.create(
        number=1,
        outcome="sent",
        phase="data",
        error="250 Ok: queued",
        worker="web-1:42",
        started_at=at,
        ended_at=at + timedelta(milliseconds=340),
    )

    assert steps(row) == [
        "Written down when its signal came",
        "Let pass by the policy of its kind",
        "Attempt 1: ✓ Sent 250 Ok: queued · 340 ms · by web-1:42",
    ]


def test_an_attempt_that_failed_says_how_far_it_came(queued):
    row = queued(state="uncertain", created_at=THEN, passed_at=None)
    row.attempt_log.create(number=1, outcome="uncertain", phase="data", error="It hung up")

    assert steps(row)[1:] == [
        "Attempt 1: ! No reply It hung up · after the text was handed over",
    ]


def test_an_attempt_that_runs_names_who_makes_it(queued):
    row = queued(state="sending", created_at=THEN, passed_at=None)
    row.attempt_log.create(number=1, worker="web-1:42")

    assert steps(row)[1:] == ["Attempt 1: ↻ Started not begun · by web-1:42"]


def test_what_staff_did_stands_between_the_attempts(failed):
    sam = User.objects.create_user("sam")
    row = failed(created_at=THEN, passed_at=THEN)
    row.attempt_log.create(number=1, outcome="permanent", error="550", started_at=THEN)
    services.retry([row.pk], sam)
    services.cancel([row.pk], sam)

    assert [step.partition(" 550")[0] for step in steps(row)] == [
        "Written down when its signal came",
        "Attempt 1: ✕ Refused",
        "sam: Asked for another try.",
        "sam: Cancelled.",
    ]


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({"state": "queued", "passed_at": None}, "Next: the policy of its kind is asked"),
        ({"state": "queued", "tries": 2}, "Next: attempt 3"),
        ({"state": "held", "passed_at": None}, "Next: mailed in a digest"),
        ({"state": "suppressed", "reason": "Muted."}, "○ Not mailed Muted."),
        ({"state": "expired", "reason": "Too late."}, "○ Expired Too late."),
    ],
)
def test_it_ends_with_what_comes_next_or_why_nothing_does(queued, fields, last):
    assert steps(queued(**fields))[-1] == last


def test_what_comes_next_says_when_and_what_has_no_moment_does_not(queued):
    waiting, silent = queued(next_attempt_at=THEN), queued(state="suppressed")

    assert "<time" in timeline.of(waiting)[-1].when
    assert timeline.of(silent)[-1].when == ""


def test_a_member_says_which_digest_it_went_into(new):
    rows = [new(state="held") for _ in range(2)]
    digests.close_window(kinds.NEW_SEARCH_TERM)

    assert steps(rows[0])[-1] == "Put into a digest 2 new search terms"
    digest = Notification.objects.get(origin="digest")
    assert steps(digest)[0] == "Digest written"
    assert "Let pass by the policy of its kind" not in steps(digest)

    digest.delete()

    assert steps(rows[0])[-1] == "Put into a digest The digest is not kept any more."
