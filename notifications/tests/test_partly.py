"""What becomes of a mail that some admins have already, and the others do not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import mail, outcomes, services
from notifications.admin.page import recipients
from notifications.models import Notification
from notifications.outcomes import finish
from notifications.tests.endings import NOW
from notifications.tests.log import words
from notifications.tests.moments import ANN, BOB

pytestmark = pytest.mark.django_db


def test_a_doubt_about_the_rest_is_settled_for_the_rest_alone(queued, staff):
    refused, since = {"c@x.org": "550 no"}, timezone.now() - timedelta(hours=5)
    known = {"refused": refused, "has_refused": True, "recipients": [ANN, BOB, "c@x.org"]}
    row = queued(state="uncertain", remaining=[BOB], sent_at=since, **known)

    services.settle_arrived([row.pk], staff)

    row.refresh_from_db()
    assert (row.state, row.sent_at, row.remaining) == ("partial", since, [])
    assert (row.refused, row.has_refused) == (refused, True)
    assert row.reason == "sam says that it arrived. Refused for c@x.org (550 no)"


def test_a_doubt_about_whom_it_was_refused_for_before_is_settled_as_sent(queued, staff):
    refused = {"refused": {BOB: "550 no"}, "has_refused": True, "remaining": [BOB]}
    row = queued(state="uncertain", sent_at=timezone.now(), recipients=[ANN, BOB], **refused)

    services.settle_arrived([row.pk], staff)

    row.refresh_from_db()
    assert (row.state, row.refused, row.has_refused) == ("sent", {}, False)


def test_what_some_have_already_is_cancelled_for_the_rest(queued, staff):
    since = timezone.now()
    row, other = queued(sent_at=since, recipients=[ANN, BOB], remaining=[BOB]), queued()

    assert services.cancel([row.pk, other.pk], staff) == [row.pk, other.pk]

    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.sent_at, row.remaining) == ("partial", since, [])
    assert (row.refused, row.has_refused) == ({BOB: "Cancelled by sam."}, True)
    assert row.reason == "To the rest: Cancelled by sam."
    assert other.state == "cancelled"


def test_the_rest_that_is_no_admin_any_more_stays_refused(claimed):
    refused = {"refused": {BOB: "550 no"}, "has_refused": True, "remaining": [BOB]}
    notification = claimed(sent_at=NOW, recipients=[ANN, BOB], **refused)
    to_ann = mail.Receipt([ANN], "", {})

    word = finish(notification, outcomes.of_receipt(notification, to_ann, NOW))

    notification.refresh_from_db()
    attempt = notification.attempt_log.get()
    assert (word, attempt.outcome, attempt.phase) == ("not mailed", "nobody", "")
    assert (notification.state, notification.recipients) == ("partial", [ANN, BOB])
    assert (notification.refused, notification.has_refused) == ({BOB: "550 no"}, True)
    assert notification.reason == "To the rest: No admin any more."


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"state": "queued", "remaining": [BOB]}, "↻ Not reached yet it is tried again"),
        ({"state": "uncertain", "remaining": [BOB]}, "! May have arrived"),
        ({"state": "cancelled", "remaining": [BOB]}, "○ Not reached"),
        ({"state": "partial", "refused": {BOB: "550 no"}}, "✕ Refused 550 no"),
        (
            {"state": "partial", "refused": {BOB: "Cancelled by sam."}},
            "✕ Not reached Cancelled by sam.",
        ),
    ],
)
def test_the_rest_is_tried_again_only_while_something_happens_by_itself(fields, outcome):
    [(_, label)] = recipients(Notification(sent_at=NOW, **fields))

    assert words(label) == outcome
