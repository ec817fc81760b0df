"""The heartbeat of a worker: what its own loop last said, written by a thread beside it.

The loop alone decides that it lives: a thread that nobody wakes writes nothing, so that a loop
that hangs and a process that is stopped or killed fall silent. The database is the thread's
affair, and can neither slow nor end the worker.
"""

from datetime import UTC, datetime
from typing import Any

from celery import bootsteps
from celery.worker import state
from django.utils import timezone

from dashboard.flow.version import VERSION
from dashboard.flow.writer import Writer
from dashboard.models import WorkerHeartbeat

SECONDS = 3.0
# Of a worker that ends, and whose database is away.
LAST_WORD_WITHIN = 2.0


class Heart(bootsteps.StartStopStep):
    """A part of the worker, which Celery starts with each connection to the broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._row = WorkerHeartbeat(
            name=consumer.hostname, version=VERSION, started_at=timezone.now()
        )
        self._timers: list[Any] = []
        self._writer = Writer("heartbeat", self._write, seconds=SECONDS)

    def start(self, consumer: Any) -> None:
        self._beat(consumer)
        self._timers.append(consumer.timer.call_repeatedly(SECONDS, self._beat, (consumer,)))

    def stop(self, consumer: Any) -> None:
        while self._timers:
            consumer.timer.cancel(self._timers.pop())

    def close(self, consumer: Any) -> None:
        self._row.stopping_at = timezone.now()
        self._writer.wake(at_once=True)

    def shutdown(self, consumer: Any) -> None:
        self._row.stopped_at = timezone.now()
        self._writer.finish(LAST_WORD_WITHIN)

    def _beat(self, consumer: Any) -> None:
        """Note how the worker is; called by its loop, and therefore only while that turns."""
        self._row.at = timezone.now()
        # Of the worker: one that is told to stop while it starts has no pool any more.
        self._row.concurrency = consumer.controller.concurrency
        self._row.queues = [queue.name for queue in consumer.task_consumer.queues]
        self._row.running = [_running(request) for request in state.active_requests]
        self._writer.wake()

    def _write(self) -> None:
        row = self._row
        if row.stopped_at is None:
            told = [field.name for field in WorkerHeartbeat._meta.fields if not field.primary_key]
            WorkerHeartbeat.objects.bulk_create(
                [row], update_conflicts=True, unique_fields=["name"], update_fields=told
            )
            return
        # Another process may have taken the name since.
        rows = WorkerHeartbeat.objects.filter(name=row.name, started_at=row.started_at)
        rows.update(stopping_at=row.stopping_at, stopped_at=row.stopped_at, running=[])


def _running(request: Any) -> dict[str, Any]:
    """Return what a process works on, without any argument that is not an id."""
    only = request.args[0] if len(request.args) == 1 else None
    return {
        "task": request.name,
        "about": only if isinstance(only, int) else None,
        "since": datetime.fromtimestamp(request.time_start, UTC).isoformat(),
    }
