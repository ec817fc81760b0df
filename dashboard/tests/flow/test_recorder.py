from datetime import UTC, datetime

import pytest
from celery import states
from django.db import connection

from conftest import wait_until
from dashboard.flow import recorder as recording
from dashboard.flow.recorder import Recorder, Run
from dashboard.models import ScheduledRun, TaskHour

pytestmark = pytest.mark.django_db(transaction=True)
NINE = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
SEARCH, SWEEP = "movies.tasks.run_search", "movies.tasks.sweep"


def run(
    task: str = SEARCH,
    state: str = states.SUCCESS,
    *,
    later: float = 0,
    waited: float | None = 0.02,
    ran: float | None = 1.5,
    value: object = "nothing_new",
) -> Run:
    return Run(task, state, NINE.timestamp() + later, waited, ran, value)


def written(*runs: Run) -> None:
    """Have one process count the runs, and end."""
    recorder = Recorder()
    for one in runs:
        recorder.add(one)
    recorder.writer.finish(5)


def test_runs_are_counted_by_task_and_hour_with_how_long_they_waited_and_ran():
    written(run(), run(state=states.FAILURE, ran=0.3), run(later=3600), run(SWEEP))

    rows = TaskHour.objects.order_by("task", "hour")
    assert [(row.task, row.hour.hour, row.runs, row.failures) for row in rows] == [
        (SEARCH, 9, 2, 1),
        (SEARCH, 10, 1, 0),
        (SWEEP, 9, 1, 0),
    ]
    first = rows[0]
    assert (first.wait_9, first.ran_22, first.ran_17) == (2, 1, 1)


def test_work_that_ended_as_failed_is_a_failure_though_its_task_ended_well():
    item, mail = "movies.tasks.fill_refill_item", "notifications.tasks.deliver"
    written(
        *(run(value=outcome) for outcome in ("failed", "refused", "over_budget", "not mine")),
        *(run(item, value=state) for state in ("failed", "refused", "changed")),
        *(run(mail, value=word) for word in ("failed", "partly refused")),
        run(SWEEP, value="failed"),
    )

    rows = TaskHour.objects.values_list("task", "failures")
    assert dict(rows) == {SEARCH: 2, item: 1, mail: 1, SWEEP: 0}


def test_several_processes_add_to_the_same_row():
    for _ in range(3):
        written(run(), run(state=states.FAILURE))

    row = TaskHour.objects.get()
    assert (row.runs, row.failures, row.ran_22) == (6, 3, 6)


def test_what_is_not_known_is_not_counted_as_nothing():
    written(run(waited=None, ran=None), run(waited=-3))

    row = TaskHour.objects.get()
    assert (row.runs, row.wait_0, row.ran_0, row.ran_22) == (2, 1, 0, 1)


def test_a_database_that_is_away_loses_no_count(caplog, monkeypatch):
    def rename(old: str, new: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")

    recorder = Recorder()
    rename("dashboard_taskhour", "elsewhere")
    try:
        recorder.add(run(SWEEP))
        wait_until(lambda: "flow waits for the database" in caplog.text)
        for number in range(50):
            recorder.add(run(SWEEP, later=number, value=f"{number} searches"))
    finally:
        rename("elsewhere", "dashboard_taskhour")
    recorder.writer.finish(5)

    assert TaskHour.objects.get().runs == 51
    assert ScheduledRun.objects.get().words == "49 searches"


def test_much_is_written_before_the_seconds_are_over(monkeypatch):
    monkeypatch.setattr(recording, "SECONDS", 60)
    monkeypatch.setattr(recording, "RUNS", 10)
    recorder = Recorder()
    recorder.add(run())
    wait_until(TaskHour.objects.exists)

    for _ in range(10):
        recorder.add(run())

    wait_until(lambda: TaskHour.objects.get().runs == 11, 5)
    recorder.writer.finish(5)
    assert TaskHour.objects.get().runs == 11


def test_the_last_run_of_what_is_scheduled_is_kept_with_what_it_said():
    written(run(SWEEP, value="2 searches"), run(SWEEP, later=15, value=None), run(SEARCH))

    last = ScheduledRun.objects.get()
    assert (last.task, last.state, last.words, last.seconds) == (SWEEP, "done", "", 1.5)
    assert last.begun_at.timestamp() == NINE.timestamp() + 13.5


def test_a_later_run_takes_the_place_of_the_last():
    written(run(SWEEP, value="earlier"))
    written(run(SWEEP, later=15, value="later"))

    assert ScheduledRun.objects.get().words == "later"


def test_a_run_that_is_told_late_does_not_hide_a_later_one():
    written(run(SWEEP, later=15, value="later"))
    written(run(SWEEP, value="earlier"))

    assert ScheduledRun.objects.get().words == "later"


@pytest.mark.parametrize(
    ("state", "kept"), [(states.FAILURE, "failed"), (states.RETRY, "again"), ("IGNORED", "failed")]
)
def test_how_a_scheduled_run_ended_is_kept(state, kept):
    written(run(SWEEP, state, ran=None, value=ValueError("x" * 10_000 + "\0")))

    last = ScheduledRun.objects.get()
    assert last.state == kept
    assert last.words.startswith("ValueError: xxx")
    assert len(last.words) == 500
    assert last.seconds is None


def test_a_process_without_runs_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        written()
