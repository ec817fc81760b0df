"""A real worker is watched from outside: what its heartbeat says, and when it falls silent."""

import os
import signal
import time
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone
from django_celery_results.models import TaskResult

from conftest import wait_until
from dashboard.flow import heart
from dashboard.flow.queues import depths
from dashboard.flow.version import VERSION
from dashboard.flow.workers import SILENT_AFTER, Worker, workers
from dashboard.models import ScheduledRun, TaskHour
from dashboard.models.flow import RAN, WAITED
from dashboard.tests.flow.deadly import hang_the_loop, kill_own_process
from movies.queueing import enqueue
from movies.tasks import run_search, sweep


def seen(*, later: timedelta = timedelta()) -> dict[str, Worker]:
    """Return the workers by the first part of their names."""
    return {worker.name.split("@")[0]: worker for worker in workers(timezone.now() + later)}


def nobody_beats() -> bool:
    """Return whether all are quiet for longer than they are between two heartbeats."""
    before = seen()
    time.sleep(heart.SECONDS + 0.5)
    return seen() == before


@pytest.mark.django_db(transaction=True)
def test_a_worker_beats_falls_silent_when_it_hangs_or_is_killed_and_says_that_it_ends(start_worker):
    one = start_worker("--queues", "interactive,bulk", "--hostname", "one@%h")
    two = start_worker("--hostname", "two@%h", "--include", hang_the_loop.__module__)
    wait_until(lambda: len(seen()) == 2)
    worker = seen()["one"]
    assert (worker.concurrency, worker.version) == (2, VERSION)
    assert set(worker.queues) == {"interactive", "bulk"}
    assert worker.is_alive
    assert not worker.is_other_version

    # One is stopped, the loop of the other stands still: no thread goes on to claim that it lives.
    one.send_signal(signal.SIGSTOP)
    current_app.control.broadcast("hang_the_loop", destination=[seen()["two"].name])
    wait_until(nobody_beats)
    before = seen()
    assert all(worker.is_silent for worker in seen(later=SILENT_AFTER).values())
    assert seen(later=timedelta(days=1)) == {}

    os.killpg(two.pid, signal.SIGKILL)
    one.send_signal(signal.SIGCONT)
    wait_until(lambda: seen()["one"].at > before["one"].at)
    assert seen()["two"] == before["two"]
    one.terminate()
    one.wait(20)
    assert seen()["one"].stopped_at
    assert not seen(later=SILENT_AFTER)["one"].is_silent


@pytest.mark.django_db(transaction=True)
def test_what_workers_ran_is_counted_even_what_killed_its_process(broker, start_worker):
    worker = start_worker("--include", kill_own_process.__module__, REMAP_SIGTERM="SIGQUIT")
    kill_own_process.delay()
    wait_until(lambda: TaskResult.objects.filter(status="FAILURE").exists())
    for number in range(20):
        enqueue(run_search, -number)
    sweep.delay()
    wait_until(lambda: not sum(depths().values()))
    worker.terminate()
    worker.wait(20)

    counted = {row.task: row for row in TaskHour.objects.all()}
    searches = counted[run_search.name]
    assert (searches.runs, searches.failures) == (20, 0)
    assert sum(getattr(searches, name) for name in WAITED) == 20
    assert sum(getattr(searches, name) for name in RAN) == 20
    dead = counted[kill_own_process.name]
    assert (dead.runs, dead.failures) == (1, 1)
    assert sum(getattr(dead, name) for name in (*WAITED, *RAN)) == 0, "it can tell nothing"
    swept = ScheduledRun.objects.get()
    assert (swept.task, swept.state) == (sweep.name, "done")
    assert swept.words == "0 searches, 0 re-fill items"
    assert 0 < swept.seconds < 60
