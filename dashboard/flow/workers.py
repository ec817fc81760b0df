"""The workers as they last told of themselves; nobody is asked while a page waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from dashboard.flow.version import VERSION
from dashboard.models import WorkerHeartbeat

# Ten heartbeats were missed.
SILENT_AFTER = timedelta(seconds=30)
# One that stops finishes what it runs, and no task runs longer.
STOPS_WITHIN = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Running:
    """A task that a worker runs: its name, the id it is about, if any, and since when."""

    task: str
    about: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker, as its loop last said at `at`.

    It is silent if it says nothing more and did not say that it stops. It is of another version
    if its code is not the one that this process runs.
    """

    name: str
    at: datetime
    started_at: datetime
    concurrency: int
    queues: tuple[str, ...]
    running: tuple[Running, ...]
    version: str
    stopping_at: datetime | None
    stopped_at: datetime | None
    is_silent: bool
    is_other_version: bool

    @property
    def is_alive(self) -> bool:
        return not (self.stopped_at or self.is_silent)


def workers(now: datetime) -> list[Worker]:
    """Return the workers that told anything within a day, by name."""
    rows = WorkerHeartbeat.objects.filter(at__gt=now - FORGOTTEN_AFTER).order_by("name")
    return [_worker(row, now) for row in rows]


def queues_without_worker(found: Iterable[Worker]) -> list[str]:
    """Return the queues that no living worker takes messages from."""
    served = {queue for worker in found if worker.is_alive for queue in worker.queues}
    return [queue.name for queue in settings.CELERY_TASK_QUEUES if queue.name not in served]


def _worker(row: WorkerHeartbeat, now: datetime) -> Worker:
    patience = SILENT_AFTER + (STOPS_WITHIN if row.stopping_at else timedelta())
    return Worker(
        name=row.name,
        at=row.at,
        started_at=row.started_at,
        concurrency=row.concurrency,
        queues=tuple(row.queues),
        running=tuple(_running(one) for one in row.running),
        version=row.version,
        stopping_at=row.stopping_at,
        stopped_at=row.stopped_at,
        is_silent=row.stopped_at is None and now - row.at > patience,
        is_other_version=row.version != VERSION,
    )


def _running(told: dict[str, Any]) -> Running:
    return Running(told["task"], told["about"], datetime.fromisoformat(told["since"]))
