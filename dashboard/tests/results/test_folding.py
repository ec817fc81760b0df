import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_results.models import TaskResult

from dashboard.models import ErrorGroup, TaskRecord, TaskWalk
from dashboard.results import folding
from dashboard.results.folding import fold_tasks, notice_lost
from dashboard.tests import rows
from movies.models import Outcome, Refill, RefillItem

pytestmark = pytest.mark.django_db

NOW = timezone.now()
State = TaskRecord.State
SECOND = timedelta(seconds=1)


def record(result: TaskResult) -> TaskRecord:
    """Fold everything, and return the record of one."""
    fold_tasks(NOW)
    return TaskRecord.objects.get(pk=result.pk)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PENDING", State.WAITING),
        ("STARTED", State.RUNNING),
        ("RETRY", State.RETRYING),
        ("SUCCESS", State.DONE),
        ("FAILURE", State.FAILED),
        ("REVOKED", State.CANCELLED),
        ("SOMETHING", State.UNKNOWN),
    ],
)
def test_each_of_celerys_states_is_one_of_ours(status, state):
    assert record(rows.task_result(status)).state == state


def test_a_record_knows_what_the_task_was_about_who_asked_and_how_long_it_waited(staff):
    search = rows.search("dune", at=NOW - 10 * SECOND, requested_by=staff, outcome=Outcome.FETCHED)
    found = record(
        rows.task_result(
            done=NOW, about=search.pk, date_started=NOW - 4 * SECOND, result='"fetched"'
        )
    )

    assert (found.about_kind, found.about_id) == ("search", search.pk)
    assert found.asked_by == "sam"
    assert found.queued_at == search.created_at
    assert (found.wait_ms, found.run_ms) == (6000, 4000)
    assert (found.state, found.error, found.group) == (State.DONE, "", None)


def test_whoever_asked_is_a_name_or_a_word():
    notification = rows.notification()
    refill = Refill.objects.create()
    item = RefillItem.objects.create(refill=refill, movie=rows.film())
    told = [
        rows.task_result(about=rows.search().pk),
        rows.task_result(task="notifications.tasks.deliver", about=notification.pk),
        rows.task_result(task="movies.tasks.fill_refill_item", about=item.pk),
        rows.task_result(task="dashboard.tasks.prune"),
        rows.task_result(about=999),
    ]

    assert [record(row).asked_by for row in told] == ["Visitor", "Signal", "", "", ""]


def test_a_clock_set_back_makes_no_negative_time():
    search = rows.search(at=NOW)
    found = record(
        rows.task_result(done=NOW - 9 * SECOND, about=search.pk, date_started=NOW - SECOND)
    )

    assert (found.wait_ms, found.run_ms) == (0, 0)


def test_only_a_task_that_ended_has_a_run_time():
    assert record(rows.task_result("STARTED", date_started=NOW)).run_ms is None
    assert record(rows.task_result("FAILURE")).run_ms is None


@pytest.mark.parametrize(
    ("outcome", "message", "error"),
    [
        (Outcome.FAILED, "OMDb did not answer in time.", "TimedOut: OMDb did not answer in time."),
        (Outcome.REFUSED, "OMDb refused the API key.", "KeyRefused: OMDb refused the API key."),
        (
            Outcome.FAILED,
            "It broke off every time it was run.",
            "It broke off every time it was run.",
        ),
        # It was searched again since.
        (Outcome.FETCHED, "", "The reason was not kept."),
    ],
)
def test_a_task_that_ended_well_may_have_ended_its_search_as_failed(outcome, message, error):
    search = rows.search(outcome=outcome, message=message)
    found = record(rows.task_result(about=search.pk, result='"failed"'))

    assert (found.state, found.error) == (State.FAILED, error)
    assert found.group.exception == error.rpartition(": ")[0]


def test_films_and_mails_fail_by_their_rows_as_well():
    item = RefillItem.objects.create(
        refill=Refill.objects.create(), movie=rows.film(), state="failed", message="OMDb failed."
    )
    mail = rows.notification("failed", reason="550 no such user")
    film = rows.task_result(task="movies.tasks.fill_refill_item", about=item.pk, result='"failed"')
    sent = rows.task_result(task="notifications.tasks.deliver", about=mail.pk, result='"failed"')

    assert record(film).error == "ServerFailed: OMDb failed."
    assert record(sent).error == "550 no such user"


@pytest.mark.parametrize("result", ['"over_budget"', '"not mine"', '"waiting"', "[1]", None])
def test_waiting_and_out_of_budget_are_not_failed(result):
    search = rows.search(outcome=Outcome.OVER_BUDGET)

    assert record(rows.task_result(about=search.pk, result=result)).state == State.DONE


def test_failures_that_are_the_same_are_one_error_with_when_it_was_first_and_last_seen():
    for ago in (3, 1, 2):
        rows.task_result(
            "FAILURE",
            NOW - timedelta(hours=ago),
            result=rows.raised("KeyError", f"film {ago}"),
            traceback=rows.TRACEBACK,
        )
    fold_tasks(NOW)

    group = ErrorGroup.objects.get()
    assert group.records.count() == 3
    assert (group.exception, group.message) == ("KeyError", "film #")
    assert group.frame == "movies.filling:run_item"
    assert group.first_seen == NOW - timedelta(hours=3)
    assert group.last_seen == NOW - timedelta(hours=1)

    rows.task_result(
        "FAILURE", NOW, result=rows.raised("KeyError", "film 9"), traceback=rows.TRACEBACK
    )
    rows.task_result(
        "FAILURE",
        NOW - timedelta(hours=9),
        result=rows.raised("KeyError", "film 9"),
        traceback=rows.TRACEBACK,
    )
    fold_tasks(NOW)

    group.refresh_from_db()
    assert (group.first_seen, group.last_seen) == (NOW - timedelta(hours=9), NOW)


def test_folding_again_writes_nothing_until_a_result_is_written_again():
    result = rows.task_result("STARTED", NOW - SECOND, date_started=NOW - SECOND)
    assert fold_tasks(NOW) == 1
    assert fold_tasks(NOW) == 0

    TaskResult.objects.filter(pk=result.pk).update(status="SUCCESS", date_done=NOW)

    assert fold_tasks(NOW) == 1
    assert record(result).state == State.DONE


def test_a_failure_that_was_run_again_and_ended_well_leaves_its_error():
    result = rows.task_result("FAILURE", NOW - SECOND, result=rows.raised("KeyError"))
    assert record(result).group

    TaskResult.objects.filter(pk=result.pk).update(status="SUCCESS", date_done=NOW)

    assert record(result).group is None


def test_a_commit_with_an_older_time_is_found_whenever_it_comes():
    rows.task_result(done=NOW)
    fold_tasks(NOW)
    late = rows.task_result(done=NOW - timedelta(minutes=2))
    later = rows.task_result(done=NOW - timedelta(days=2))

    fold_tasks(NOW, until=time.monotonic() + 60)

    assert TaskRecord.objects.filter(pk__in=[late.pk, later.pk]).count() == 2


def test_a_time_to_come_hides_nothing_that_follows():
    rows.task_result(done=NOW + timedelta(days=1))
    fold_tasks(NOW)
    after = rows.task_result(done=NOW)

    assert record(after).state == State.DONE


def test_a_long_table_is_walked_in_steps_from_its_newest_while_the_time_lasts(monkeypatch):
    monkeypatch.setattr(folding, "LOOK", 4)
    monkeypatch.setattr(folding, "BATCH", 2)
    keys = [rows.task_result(done=NOW - number * SECOND).pk for number in range(10)]

    over = time.monotonic() - 1
    # One batch each time, of those looked at first; the walk stays where it is not done.
    assert fold_tasks(NOW, until=over) == 2
    assert set(TaskRecord.objects.values_list("pk", flat=True)) == set(keys[-2:])
    assert TaskWalk.objects.get().down_to is None

    assert fold_tasks(NOW, until=over) == 2
    assert set(TaskRecord.objects.values_list("pk", flat=True)) == set(keys[-4:])
    assert TaskWalk.objects.get().down_to == keys[-4]

    assert [fold_tasks(NOW, until=over) for _ in range(3)] == [2, 2, 2]
    assert TaskRecord.objects.count() == 10
    assert TaskWalk.objects.get().down_to is None


def test_a_walk_where_nothing_differs_goes_one_step_at_a_time(monkeypatch):
    monkeypatch.setattr(folding, "LOOK", 2)
    keys = [rows.task_result(done=NOW - timedelta(hours=1)).pk for _ in range(6)]
    fold_tasks(NOW)

    assert fold_tasks(NOW, until=time.monotonic() + 60) == 0
    assert TaskWalk.objects.get().down_to == keys[-2]


def test_more_than_a_look_of_recent_results_is_folded_at_once(monkeypatch):
    monkeypatch.setattr(folding, "LOOK", 3)
    rows.task_result(done=NOW - timedelta(minutes=1))
    fold_tasks(NOW)
    for _ in range(8):
        rows.task_result(done=NOW)

    assert folding._fold_recent(NOW, None) == 8


def test_the_first_fold_knows_no_recent_results(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert folding._fold_recent(NOW, None) == 0


def test_a_batch_costs_the_same_however_many_results(django_assert_max_num_queries):
    def more() -> list[int]:
        return [rows.task_result(about=rows.search(f"term {n}").pk).pk for n in range(20)]

    few = more()[:2]
    with django_assert_max_num_queries(6) as small:
        folding.fold_batch(few)
    many = more()
    with django_assert_max_num_queries(len(small.captured_queries)):
        folding.fold_batch(many)


# --- Lost -----------------------------------------------------------------------------


def running(**facts: object) -> TaskResult:
    began = NOW - timedelta(minutes=5)
    return rows.task_result("STARTED", began, date_started=began, **facts)


def test_what_a_worker_began_and_holds_no_more_is_lost():
    gone = rows.search("gone", outcome="", lease_until=NOW - SECOND)
    alive = rows.search("alive", outcome="", lease_until=NOW + timedelta(hours=1))
    lost, held = running(about=gone.pk), running(about=alive.pk)
    fold_tasks(NOW)

    assert record(lost).state == State.LOST
    assert record(held).state == State.RUNNING


def test_what_has_just_begun_is_not_lost():
    search = rows.search(outcome="", lease_until=None)
    result = rows.task_result("STARTED", NOW, about=search.pk, date_started=NOW)

    assert record(result).state == State.RUNNING


def test_a_tick_is_lost_only_when_no_worker_can_be_at_it_any_more():
    result = running(task="dashboard.tasks.prune")
    assert record(result).state == State.RUNNING

    assert notice_lost(NOW + folding.LONGEST_RUN) == 1
    assert record(result).state == State.LOST


def test_what_was_lost_and_is_delivered_again_is_followed():
    search = rows.search(outcome="", lease_until=None)
    result = running(about=search.pk)
    assert record(result).state == State.LOST

    TaskResult.objects.filter(pk=result.pk).update(status="SUCCESS", date_done=NOW)

    assert record(result).state == State.DONE
