"""How often errors were seen lately, and what they touched; never counted without an end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from dashboard.models import ErrorGroup, TaskRecord
from dashboard.results.about import TASKS
from movies.formats import counted, number

Kind = TaskRecord.Kind
DAY = timedelta(hours=24)
# The newest failures that are counted, and tasks that are.
MOST = 10_000
# Points of a sparkline.
BUCKETS = 24
TOUCHED = {
    Kind.SEARCH: ("search", "searches"),
    Kind.ITEM: ("film", "films"),
    Kind.NOTIFICATION: ("notification", "notifications"),
}


@dataclass(slots=True)
class Seen:
    """One error in a period: how often, when, and which rows it touched."""

    counts: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    touched: set[int] = field(default_factory=set)

    @property
    def times(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Sightings:
    """Errors by their keys, as far back as was counted."""

    of: dict[int, Seen]
    # When older ones are left out, from when on all are counted.
    counted_from: datetime | None


def sightings(rows: "QuerySet[TaskRecord]", since: datetime, now: datetime) -> Sightings:
    """Count the newest of these failures since a moment, in equal parts of the time since."""
    lately = rows.filter(group__isnull=False, changed_at__gte=since).order_by("-changed_at")
    found = list(lately.values_list("group_id", "changed_at", "about_id")[: MOST + 1])
    seen: dict[int, Seen] = {}
    part = (now - since) / BUCKETS
    for group, at, about in found[:MOST]:
        one = seen.setdefault(group, Seen())
        one.counts[min(BUCKETS - 1, int((at - since) / part))] += 1
        if about:
            one.touched.add(about)
    return Sightings(seen, found[MOST - 1][1] if len(found) > MOST else None)


def touched_in_words(error: ErrorGroup, count: int) -> str:
    """Return `17 films`; nothing for tasks that are about nothing."""
    kind = TASKS.get(error.task)
    return counted(count, *TOUCHED[kind]) if kind else ""


def new_errors(now: datetime) -> "QuerySet[ErrorGroup]":
    """Return what had never been seen before the last 24 hours."""
    return ErrorGroup.objects.filter(first_seen__gte=now - DAY)


def answer(now: datetime) -> str:
    """Return in words what failed and what was done in 24 hours."""
    tasks = TaskRecord.objects.filter(changed_at__gte=now - DAY, state=TaskRecord.State.DONE)
    count = tasks[: MOST + 1].count()
    done = f"more than {number(MOST)} tasks" if count > MOST else counted(count, "task")
    errors = ErrorGroup.objects.filter(last_seen__gte=now - DAY).count()
    if not errors:
        return f"No errors in 24 hours; {done} done."
    new = new_errors(now).count()
    of_them = f", {number(new)} of them new" if new else ""
    return f"{counted(errors, 'error')} in 24 hours{of_them}; {done} done."
