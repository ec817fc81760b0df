"""What workers and beat told, for the tests of what is read of it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from dashboard.days import hour_of
from dashboard.flow.buckets import bucket_of
from dashboard.flow.recorder import no_sums
from dashboard.flow.version import VERSION
from dashboard.models import TaskHour, WorkerHeartbeat
from dashboard.models.flow import RAN, WAITED
from dashboard.rollup.adding import add_to
from notifications import health

SEARCH, SWEEP = "movies.tasks.run_search", "movies.tasks.sweep"


def ran(
    at: datetime,
    *seconds: float,
    task: str = SEARCH,
    failures: int = 0,
    waited: Iterable[float] = (),
) -> None:
    """Write runs that took so many seconds each, of the hour of `at`."""
    sums = no_sums()
    counts = sums[hour_of(at), task]
    counts["runs"], counts["failures"] = len(seconds), failures
    for one in seconds:
        counts[RAN[bucket_of(one)]] += 1
    for one in waited:
        counts[WAITED[bucket_of(one)]] += 1
    add_to(TaskHour, sums)


def worker(name: str = "one@here", **facts: object) -> WorkerHeartbeat:
    """Write what a worker tells of itself."""
    now = timezone.now()
    known = {"started_at": now, "at": now, "concurrency": 2, "version": VERSION}
    return WorkerHeartbeat.objects.create(name=name, **known | facts)


def beat(at: datetime, *, stopped_at: datetime | None = None, **plans: object) -> None:
    """Write what beat tells of itself."""
    facts = {"started_at": at.isoformat(), "version": "code", "entries": plans}
    if stopped_at:
        facts["stopped_at"] = stopped_at.isoformat()
    health.beat("beat", at, **facts)
