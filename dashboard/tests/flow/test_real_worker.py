"""A real worker is watched from outside: what its heartbeat says, and when it falls silent."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import wait_until
from dashboard.flow import heart
from dashboard.flow.version import VERSION
from dashboard.flow.workers import SILENT_AFTER, Worker, workers


def seen(*, later: timedelta = timedelta()) -> dict[str, Worker]:
    """Return the workers by the first part of their names."""
    return {worker.name.split("@")[0]: worker for worker in workers(timezone.now() + later)}


@pytest.mark.django_db(transaction=True)
def test_a_worker_beats_falls_silent_when_stopped_or_killed_and_says_that_it_ends(start_worker):
    one = start_worker("--queues", "interactive,bulk", "--hostname", "one@%h")
    two = start_worker("--hostname", "two@%h")
    wait_until(lambda: len(seen()) == 2)
    worker = seen()["one"]
    assert (worker.concurrency, worker.version) == (2, VERSION)
    assert set(worker.queues) == {"interactive", "bulk"}
    assert worker.is_alive
    assert not worker.is_other_version

    # The loop of one stands still, the other is gone: nothing goes on to claim that they live.
    one.send_signal(signal.SIGSTOP)
    os.killpg(two.pid, signal.SIGKILL)
    two.wait()
    time.sleep(0.2)
    before = seen()
    time.sleep(heart.SECONDS + 0.5)
    assert seen() == before
    assert all(worker.is_silent for worker in seen(later=SILENT_AFTER).values())
    assert seen(later=timedelta(days=1)) == {}

    one.send_signal(signal.SIGCONT)
    wait_until(lambda: seen()["one"].at > before["one"].at)
    one.terminate()
    one.wait(20)
    assert seen()["one"].stopped_at
    assert not seen(later=SILENT_AFTER)["one"].is_silent
