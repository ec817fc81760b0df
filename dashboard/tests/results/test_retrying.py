import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from dashboard.results import retrying
from dashboard.results.retrying import claim, last_retry, plan, retry
from dashboard.tests import rows
from dashboard.tests.results.failures import (
    failed_films,
    failed_mail,
    failed_search,
    failed_tick,
    the_error,
)
from movies.models import Outcome, Refill, RefillItem, Search, SearchTerm
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def logged() -> set[str]:
    return {entry.content_type.model for entry in LogEntry.objects.all()}


def test_films_are_retried_by_their_items_and_their_re_fill_says_so(staff):
    items = failed_films(3)
    error = the_error()
    assert plan(error).again == [item.pk for item in reversed(items)]

    assert retry(error, plan(error).again, staff) == 3

    assert set(RefillItem.objects.values_list("state", flat=True)) == {"waiting"}
    assert logged() == {"errorgroup", "refill"}
    assert plan(error).left == 3


def test_a_film_that_was_filled_since_is_skipped_and_shown():
    changed, complete, waiting, failed = failed_films(4)
    error = the_error()
    RefillItem.objects.filter(pk=changed.pk).update(state="changed")
    RefillItem.objects.filter(pk=waiting.pk).update(state="waiting")
    complete.movie.is_full_record = True
    complete.movie.save()

    found = plan(error)

    assert found.again == [failed.pk]
    assert found.succeeded == [complete.movie, changed]
    assert (found.left, found.whole) == (1, 4)


def test_a_film_that_another_re_fill_is_to_fetch_is_left_to_it_and_one_is_named_once():
    first, second = failed_films(2)
    other = Refill.objects.create()
    RefillItem.objects.create(refill=other, movie=first.movie, state="waiting")
    again = RefillItem.objects.create(refill=other, movie=second.movie, state="failed")

    found = retrying._items([first.pk, second.pk, again.pk])

    assert (found.again, found.left) == ([second.pk], 2)


def test_a_complete_film_is_retried_where_all_were_asked_for():
    refill = Refill.objects.create(include_complete=True)
    (item,) = failed_films(1, refill)
    item.movie.is_full_record = True
    item.movie.save()

    assert plan(the_error()).again == [item.pk]


def test_a_film_that_is_gone_is_left_out():
    failed_films(1)
    error = the_error()
    RefillItem.objects.all().delete()

    assert (plan(error).again, plan(error).left) == ([], 1)


def test_mails_are_retried_by_their_rows(staff):
    failed, sent, sending, bare = (failed_mail() for _ in range(4))
    error = the_error()
    now = timezone.now()
    Notification.objects.filter(pk=bare.pk).update(text="")
    Notification.objects.filter(pk=sent.pk).update(state="sent", sent_at=now)
    Notification.objects.filter(pk=sending.pk).update(state="sending", lease=sent.uuid)

    found = plan(error)
    assert found.again == [failed.pk]
    assert found.succeeded == [sent]
    assert found.left == 2

    assert retry(error, [failed.pk, sent.pk, bare.pk], staff) == 1
    failed.refresh_from_db()
    assert failed.state == "queued"
    assert logged() == {"errorgroup", "notification"}


def test_a_term_is_searched_again_once_however_often_it_failed(staff, broker):
    failed_search("dune")
    newest = failed_search("dune")
    error = the_error()
    assert plan(error).again == [newest.pk]

    assert retry(error, plan(error).again, staff) == 1

    again = Search.objects.latest("pk")
    assert (again.term, again.outcome, again.requested_by) == (newest.term, "", staff)
    assert logged() == {"errorgroup", "searchterm"}
    # It is on its way: another retry begins no second one.
    assert retry(error, [newest.pk], staff) == 0


def test_a_term_that_was_answered_since_is_skipped_and_shown():
    failed_search("dune")
    open_again = failed_search("heat")
    failed_search("alien")
    gone = failed_search("gone")
    error = the_error()
    answer = rows.search("dune", outcome=Outcome.FETCHED)
    SearchTerm.objects.filter(term="dune").update(last_search=timezone.now())
    Search.objects.filter(pk=open_again.pk).update(outcome="")
    gone.delete()

    found = plan(error)

    assert found.succeeded == [answer]
    assert len(found.again) == 1
    assert found.left == 2


def test_what_an_erased_term_said_is_left_out():
    failed_search("dune")
    error = the_error()
    SearchTerm.objects.update(erased_at=timezone.now())

    assert (plan(error).again, plan(error).left) == ([], 1)


def test_an_answer_from_the_cache_is_no_success_and_one_that_is_not_kept_is_its_terms():
    failed = failed_search("dune")
    error = the_error()
    rows.search("dune", outcome=Outcome.CACHED)
    assert plan(error).again == [failed.pk]

    Search.objects.exclude(pk=failed.pk).delete()
    SearchTerm.objects.update(last_search=timezone.now())

    assert plan(error).succeeded == [failed.term]


def test_a_tick_has_nothing_to_retry(staff):
    failed_tick()
    error = the_error()

    assert plan(error).whole == 0
    assert retry(error, [1], staff) == 0


def test_a_question_names_the_newest_up_to_a_cap(monkeypatch):
    monkeypatch.setattr(retrying, "MOST_RETRIED", 2)
    items = failed_films(3)

    found = plan(the_error())

    assert found.again == [items[2].pk, items[1].pk]
    assert found.is_cut


def test_one_task_alone_may_be_retried():
    items = failed_films(2)
    error = the_error()
    record = error.records.get(about_id=items[0].pk)

    assert plan(error, record.pk).again == [items[0].pk]


def test_what_was_not_named_in_the_question_is_not_retried(staff):
    items = failed_films(2)

    assert retry(the_error(), [items[0].pk, 999_999], staff) == 1
    items[1].refresh_from_db()
    assert items[1].state == "failed"


def test_of_two_who_answer_the_same_question_one_retries(staff, member):
    failed_films(1)
    error = the_error()

    assert claim(error, 0, [], staff) is None
    first = claim(error, 0, [], member("Operators"))

    assert first.user == staff
    # Who asks again after that is asked a new question.
    assert claim(error, first.pk, [], staff) is None


def test_asking_is_written_down_as_found_and_its_outcome_only_when_it_is_known(staff):
    done, failed = failed_films(2)
    error = the_error()
    keys = [done.pk, done.pk, failed.pk, 999_999]
    RefillItem.objects.filter(pk=done.pk).update(state="changed")

    def lines() -> list[str]:
        said = LogEntry.objects.filter(content_type__model="errorgroup").order_by("pk")
        return list(said.values_list("change_message", flat=True))

    claim(error, 0, keys, staff)
    assert lines() == ["Asked to retry 2."]
    asked = last_retry(error)
    retry(error, keys, staff)

    assert lines() == ["Asked to retry 2.", "Queued again: 1."]
    # A question that was put in between is as good as one put now.
    assert last_retry(error) == asked
