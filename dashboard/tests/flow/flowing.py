"""Hours of tasks for the tests of what is read of them."""

from collections.abc import Iterable
from datetime import datetime

from dashboard.days import hour_of
from dashboard.flow.buckets import bucket_of
from dashboard.flow.recorder import no_sums
from dashboard.models import TaskHour
from dashboard.models.flow import RAN, WAITED
from dashboard.rollup.adding import add_to

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
