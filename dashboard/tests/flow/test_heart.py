import time
from types import SimpleNamespace

import pytest
from celery.worker import state
from django.utils import timezone
from kombu.asynchronous.timer import Timer

from conftest import wait_until
from dashboard.flow.heart import Heart
from dashboard.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db(transaction=True)


class Request:
    """What Celery knows of a task that runs, as far as it is asked."""

    def __init__(self, *args: object) -> None:
        self.name = "movies.tasks.run_search"
        self.args = args
        self.time_start = time.time() - 5


def consumer() -> SimpleNamespace:
    """Return what a heart is asked of its worker."""
    return SimpleNamespace(
        hostname="one@here",
        timer=Timer(),
        controller=SimpleNamespace(concurrency=3),
        task_consumer=SimpleNamespace(queues=[SimpleNamespace(name="bulk")]),
    )


@pytest.fixture
def running():
    requests = [Request(17), Request("secret"), Request(1, 2)]
    state.active_requests.update(requests)
    yield requests
    state.active_requests.clear()


def test_a_heartbeat_says_what_runs_and_names_only_ids(running):
    worker = consumer()
    heart = Heart(worker)

    heart.start(worker)
    wait_until(WorkerHeartbeat.objects.exists)
    told = WorkerHeartbeat.objects.get()
    heart.shutdown(worker)

    assert (told.name, told.concurrency, told.queues) == ("one@here", 3, ["bulk"])
    assert sorted(one["about"] or 0 for one in told.running) == [0, 0, 17]
    assert WorkerHeartbeat.objects.get().running == [], "what it ran is done or put back"


def test_each_connection_to_the_broker_has_one_timer():
    worker = consumer()
    heart = Heart(worker)

    heart.start(worker)
    heart.stop(worker)
    heart.start(worker)
    heart.shutdown(worker)

    assert [entry.entry.canceled for entry in worker.timer.queue].count(False) == 1


def test_a_worker_that_ends_does_not_end_another_of_its_name():
    worker = consumer()
    old = Heart(worker)
    old.start(worker)
    wait_until(WorkerHeartbeat.objects.exists)
    first = WorkerHeartbeat.objects.get().started_at
    new = Heart(worker)
    new.start(worker)
    wait_until(lambda: WorkerHeartbeat.objects.get().started_at > first)

    old.shutdown(worker)

    assert WorkerHeartbeat.objects.get().stopped_at is None
    new.close(worker)
    new.shutdown(worker)
    row = WorkerHeartbeat.objects.get()
    assert row.stopping_at <= row.stopped_at <= timezone.now()
