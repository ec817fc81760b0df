"""Fold finished searches into the read models, each exactly once.

One fold runs at a time: each batch is a transaction that holds the row of RollUp, marks its
searches as counted and adds them up. What is not committed is not counted either, and comes
again with the next batch.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import movies.services
from dashboard.days import hour_of, site_date
from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, TermDay
from dashboard.rollup.adding import Sums, add_to, add_to_days
from dashboard.rollup.counting import Event, events
from movies.models import Search

BATCH = 1000


def fold(*, until: float | None = None) -> int:
    """Fold everything that is finished and not counted yet; return how many searches it was.

    The first batch after `until`, a moment of time.monotonic(), is left to the next time. While
    the read models are of another time zone, nothing is folded.
    """
    began = timezone.now()
    folded = 0
    while batch := fold_batch():
        folded += batch
        if until is not None and time.monotonic() > until:
            return folded
    # What finished before this moment was there to be read.
    RollUp.objects.filter(pk=1, time_zone=settings.TIME_ZONE).update(figures_to=began)
    return folded


@transaction.atomic
def fold_batch() -> int:
    """Fold at most BATCH searches; return how many, 0 when none is left."""
    # Days of two zones in one table: nobody could say what a day is.
    if lock_roll_up().time_zone != settings.TIME_ZONE:
        return 0
    waiting = Search.objects.finished().filter(counted=False).order_by("pk")
    batch = events(waiting[:BATCH])
    if batch:
        marked = movies.services.mark_counted(event.pk for event in batch)
        if marked != len(batch):
            raise RuntimeError("Searches were counted outside the roll-up.")
        add_up(batch)
    return len(batch)


def lock_roll_up() -> RollUp:
    """Return the one row of RollUp, locked until the transaction ends."""
    zone = settings.TIME_ZONE
    RollUp.objects.get_or_create(pk=1, defaults={"time_zone": zone})
    return RollUp.objects.select_for_update().get(pk=1)


def add_up(batch: Sequence[Event]) -> None:
    """Add searches to every read model, in the transaction that the caller holds."""
    by_hour: Sums = defaultdict(Counter)
    by_day: Sums = defaultdict(Counter)
    by_term: Sums = defaultdict(Counter)
    by_actor: Sums = defaultdict(Counter)
    times: dict[datetime, tuple[date, datetime]] = {}
    for event in batch:
        # Of a batch many share their minute, and in no zone does one belong to two hours.
        minute = event.created_at.replace(second=0, microsecond=0)
        if minute not in times:
            times[minute] = site_date(minute), hour_of(minute)
        day, hour = times[minute]
        prefix = "left_out_" if event.left_out else ""
        of_hour, of_term = by_hour[hour, event.left_out], by_term[day, event.term_id]
        # For so few Counter.update takes three times as long.
        for measure in event.measures():
            of_hour[measure] += 1
            of_term[prefix + measure] += 1
        of_hour[event.outcome] += 1
        if event.actor:
            by_actor[day, event.actor][f"{prefix}searches"] += 1
    for (hour, left_out), counts in by_hour.items():
        by_day[site_date(hour), left_out].update(counts)
    for key, count in add_to_days(TermDay, by_term).items():
        by_day[key]["terms"] += count
    for key, count in add_to_days(ActorDay, by_actor).items():
        by_day[key]["searchers"] += count
    add_to(HourTotals, by_hour)
    add_to(DayTotals, by_day)
