from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from movies.models import SearchTerm
from notifications import kinds, services
from notifications.composing import Event
from notifications.models import Notification
from notifications.services import notify
from notifications.tests.moments import ANN, BOB, change_policy

pytestmark = pytest.mark.django_db


def event(key: str, kind: str = kinds.NEW_SEARCH_TERM) -> Event:
    return Event(kind, key, "One", ("1",))


def test_what_goes_at_once_is_handed_over_after_the_commit(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks() as first:
        notify(event("one"))
    with django_capture_on_commit_callbacks() as second:
        notify(event("another", kinds.MOVIE_FILLED))

    assert (len(first), len(second)) == (1, 0)


def test_an_event_that_is_written_down_already_is_its_first_row():
    first = notify(event("the same"))

    assert notify(event("the same")).pk == first.pk
    assert Notification.objects.count() == 1


def test_a_broker_that_is_away_stops_nothing(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        SearchTerm.objects.create(term="dune")

    assert Notification.objects.get().state == "queued"


def test_another_try_starts_with_all_attempts(failed, staff, django_capture_on_commit_callbacks):
    tomorrow = timezone.now() + timedelta(days=1)
    notification = failed(reviewed_at=timezone.now(), next_attempt_at=tomorrow)

    with django_capture_on_commit_callbacks() as callbacks:
        assert services.retry([notification.pk], staff) == [notification.pk]

    notification.refresh_from_db()
    assert notification.state == "queued"
    assert notification.attempts == 0
    assert notification.reviewed_at is None
    assert notification.reason == "sam: Asked for another try."
    assert notification in Notification.objects.due()
    assert len(callbacks) == 1


def test_of_two_who_ask_for_another_try_the_second_is_told(failed, staff):
    pk = failed().pk

    assert services.retry([pk], staff) == [pk]
    assert services.retry([pk], staff) == []

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (staff, str(pk))
    assert entry.change_message == "Asked for another try."
    assert services.last_actions([pk, failed().pk]) == {pk: entry}


def test_what_staff_did_last_is_what_is_told_of_each(failed, staff):
    one, other = failed().pk, failed().pk
    services.mark_reviewed([one, other], staff)
    services.retry([one], staff)

    last = services.last_actions([one, other])

    assert last[one].change_message == "Asked for another try."
    assert last[other].change_message == "Marked as reviewed."


@pytest.mark.parametrize("state", ["queued", "held", "merged", "sending", "sent", "uncertain"])
def test_what_is_not_over_or_has_arrived_is_not_tried_again(queued, staff, state):
    assert services.retry([queued(state=state).pk], staff) == []
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("state", ["failed", "partial", "expired", "suppressed", "cancelled"])
def test_what_is_over_and_has_not_arrived_everywhere_is_tried_again(queued, staff, state):
    notification = queued(state=state, passed_at=None, expires_at=timezone.now())

    services.retry([notification.pk], staff)

    assert Notification.objects.due().get() == notification
    assert not Notification.objects.expired().exists()


def test_what_was_written_on_another_site_is_this_sites_once_staff_try_it(queued, staff):
    pk = queued(state="suppressed", site="elsewhere.example.org").pk

    services.retry([pk], staff)

    assert Notification.objects.get().site == "localhost"


def test_whoever_has_it_already_is_not_mailed_again_by_another_try(queued, staff):
    refused = {BOB: "550 no"}
    pk = queued(state="partial", recipients=[ANN, BOB], refused=refused).pk

    services.retry([pk], staff)

    assert Notification.objects.get().not_mailed_again == {ANN}


@pytest.mark.parametrize("act", [services.send_now, services.cancel])
def test_whoever_has_it_already_is_not_mailed_again_by_sending_the_rest_now(queued, staff, act):
    rest = {"sent_at": timezone.now(), "recipients": [ANN, BOB], "remaining": [BOB]}
    pk = queued(**rest).pk

    act([pk], staff)
    services.retry([pk], staff)

    assert Notification.objects.get().not_mailed_again == {ANN}


@pytest.mark.parametrize("act", [services.retry, services.settle_again])
def test_what_has_no_text_any_more_is_not_sent_again(queued, staff, act):
    rows = [queued(state="failed"), queued(state="uncertain")]
    Notification.objects.update(text="", html="")

    act([row.pk for row in rows], staff)

    assert not Notification.objects.filter(state="queued").exists()


@pytest.mark.parametrize("state", ["queued", "held"])
def test_what_waits_is_sent_now_past_its_policy(
    queued, staff, state, django_capture_on_commit_callbacks
):
    change_policy(enabled=False)
    tomorrow = timezone.now() + timedelta(days=1)
    notification = queued(state=state, passed_at=None, next_attempt_at=tomorrow)

    with django_capture_on_commit_callbacks() as callbacks:
        assert services.send_now([notification.pk], staff) == [notification.pk]

    assert Notification.objects.due().get() == notification
    assert len(callbacks) == 1


@pytest.mark.parametrize("state", ["queued", "held"])
def test_what_waits_can_be_cancelled_by_one_person(queued, staff, state):
    pk = queued(state=state).pk

    assert services.cancel([pk], staff) == [pk]
    assert services.cancel([pk], staff) == []

    notification = Notification.objects.get()
    assert (notification.state, notification.reason) == ("cancelled", "Cancelled by sam.")
    assert LogEntry.objects.get().change_message == "Cancelled."


@pytest.mark.parametrize("state", ["sending", "sent", "failed"])
def test_what_does_not_wait_cannot_be_cancelled(queued, staff, state):
    assert services.cancel([queued(state=state).pk], staff) == []


def test_a_doubt_is_settled_by_who_says_that_it_arrived(queued, staff):
    pk = queued(state="uncertain").pk

    assert services.settle_arrived([pk], staff) == [pk]
    assert services.settle_arrived([pk], staff) == []

    notification = Notification.objects.get()
    assert (notification.state, notification.reason) == ("sent", "sam says that it arrived.")
    assert notification.sent_at is not None


def test_a_doubt_is_settled_by_the_same_mail_again(queued, staff):
    notification = queued(state="uncertain", attempts=3, repeats=2)

    assert services.settle_again([notification.pk], staff) == [notification.pk]
    assert services.settle_again([notification.pk], staff) == []

    again = Notification.objects.due().get()
    assert (again.attempts, again.repeats) == (0, 0)
    assert again.message_id == notification.message_id


def test_a_copy_is_a_row_of_its_own_about_the_same(queued, staff):
    term = SearchTerm.objects.create(term="dune")
    original = Notification.objects.get()

    copy = services.resend_copy(original, staff, "token")

    copy.refresh_from_db()
    assert (copy.resent_from, copy.origin, copy.about) == (original, "manual", term)
    assert (copy.subject, copy.text, copy.html) == (original.subject, original.text, original.html)
    assert copy.message_id != original.message_id
    assert copy in Notification.objects.due()


def test_a_copy_asked_for_twice_with_one_token_is_one(queued, staff):
    original = queued(state="sent")

    first = services.resend_copy(original, staff, "token")
    second = services.resend_copy(original, staff, "token")
    services.resend_copy(original, staff, "another")

    assert first.pk == second.pk
    assert original.copies.count() == 2


def test_a_test_is_mailed_at_once_and_says_who_asked(staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        services.send_test(staff, "token")
        services.send_test(staff, "token")

    test = Notification.objects.get()
    assert (test.kind, test.origin) == ("test", "test")
    assert "This is a test that sam asked for." in test.text
    # Twice one row: the second hint finds it sent.
    assert len(callbacks) == 2


def test_a_kind_is_muted_until_a_moment_and_unmuted(staff):
    until = timezone.now() + timedelta(hours=1)

    assert services.mute(kinds.TEST, until, staff).muted_until == until
    assert services.mute(kinds.TEST, None, staff).muted_until is None

    messages = [entry.change_message for entry in LogEntry.objects.order_by("pk")]
    assert messages[0].startswith("Muted until ")
    assert messages[1] == "Unmuted."


def test_a_review_keeps_its_note_and_who_made_it(failed, staff):
    services.mark_reviewed([failed().pk], staff, "The address was wrong.")

    notification = Notification.objects.get()
    assert notification.reviewed_by == staff
    assert notification.review_note == "The address was wrong."
    assert LogEntry.objects.get().change_message == "Marked as reviewed. The address was wrong."


def test_reviewing_takes_failures_off_the_list_and_says_who_did(queued, failed, staff):
    rows = [failed(), failed(), failed(reviewed_at=timezone.now()), queued()]
    pks = [row.pk for row in rows]

    assert services.mark_reviewed(pks, staff) == pks[:2]
    assert services.mark_reviewed(pks, staff) == []

    assert not Notification.objects.needs_review().exists()
    assert {entry.object_id for entry in LogEntry.objects.all()} == set(map(str, pks[:2]))


@pytest.mark.parametrize("act", [services.mark_reviewed, services.cancel, services.settle_arrived])
def test_what_is_done_to_several_costs_the_same_however_many(
    queued, staff, django_assert_num_queries, act
):
    states = {services.mark_reviewed: "failed", services.cancel: "queued"}
    make = lambda: queued(state=states.get(act, "uncertain")).pk  # noqa: E731
    one, many = [make()], [make() for _ in range(20)]
    act([make()], staff)  # the content type is cached from now on

    with django_assert_num_queries(5) as few:
        act(one, staff)
    with django_assert_num_queries(len(few.captured_queries)):
        act(many, staff)
