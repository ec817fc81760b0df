"""What ran in the last 24 hours, 7 or 28 days: by task, and by hour or day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import Sum

from dashboard.days import ONE_DAY, ONE_HOUR, days_between, hour_of, site_date, start_of
from dashboard.flow.buckets import percentile
from dashboard.models import TaskHour
from dashboard.models.flow import RAN, WAITED

type Grain = Literal["hour", "day"]

PERCENTS = (50, 95, 99)
DAYS = {"24h": 1, "7d": 7, "28d": 28}


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is looked at, up to now; of days, today is the last.

    `starts` are the moments at which its hours or days begin.
    """

    key: str
    words: str
    grain: Grain
    starts: tuple[datetime, ...]
    now: datetime

    @property
    def hours(self) -> float:
        return (self.now - self.starts[0]) / ONE_HOUR


@dataclass(frozen=True, slots=True)
class TaskFlow:
    """The runs of one task in a span; a percentile is None where nothing was measured."""

    task: str
    runs: int
    failures: int
    waited: tuple[float | None, ...]
    ran: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Bucket:
    """The runs of one hour or day; None where no worker counted anything."""

    start: datetime
    runs: int | None
    failures: int | None
    is_unfinished: bool


def span_of(key: str, now: datetime) -> Span:
    """Return the span by its key, or the last 24 hours for any other."""
    if key not in DAYS or key == "24h":
        last = hour_of(now)
        starts = tuple(last - ONE_HOUR * back for back in reversed(range(24)))
        return Span("24h", "24 hours", "hour", starts, now)
    today = site_date(now)
    days = days_between(today - ONE_DAY * (DAYS[key] - 1), today)
    return Span(key, f"{len(days)} days", "day", tuple(map(start_of, days)), now)


def by_task(span: Span) -> list[TaskFlow]:
    """Return what ran in a span, the most frequent task first; one statement."""
    names = ("runs", "failures", *WAITED, *RAN)
    rows = TaskHour.objects.filter(hour__gte=span.starts[0]).values("task")
    sums: Any = rows.annotate(**{f"{name}_sum": Sum(name) for name in names})
    found = [
        TaskFlow(
            task=row["task"],
            runs=row["runs_sum"],
            failures=row["failures_sum"],
            waited=_percentiles(row, WAITED),
            ran=_percentiles(row, RAN),
        )
        for row in sums
    ]
    return sorted(found, key=lambda one: (-one.runs, one.task))


def _percentiles(row: dict[str, Any], names: Iterable[str]) -> tuple[float | None, ...]:
    counts = [row[f"{name}_sum"] for name in names]
    return tuple(percentile(counts, percent) for percent in PERCENTS)


def by_time(span: Span, task: str = "") -> list[Bucket]:
    """Return the runs of all tasks, or of one, by hour or day; one statement.

    Beat's ticks run all the time: where nothing ran, nothing was counted.
    """
    rows = TaskHour.objects.filter(hour__gte=span.starts[0])
    counted: dict[datetime, list[int]] = {}
    for hour, name, runs, failures in rows.values_list("hour", "task", "runs", "failures"):
        sums = counted.setdefault(_start_of(hour, span.grain), [0, 0])
        if task in ("", name):
            sums[0] += runs
            sums[1] += failures
    return [_bucket(start, counted.get(start), span) for start in span.starts]


def _start_of(hour: datetime, grain: Grain) -> datetime:
    return hour if grain == "hour" else start_of(site_date(hour))


def _bucket(start: datetime, sums: list[int] | None, span: Span) -> Bucket:
    runs, failures = sums or (None, None)
    return Bucket(start, runs, failures, is_unfinished=start == span.starts[-1])
