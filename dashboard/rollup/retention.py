"""Remove what the read models have outlived, and freeze the days whose searches go."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

import movies.services
from dashboard.days import ONE_DAY, end_of, site_date, start_of
from dashboard.kept import kept_from
from dashboard.models import ActorDay, DayTotals, HourTotals, Snapshot, TermDay
from dashboard.rollup.covered import first_covered
from dashboard.rollup.folding import lock_roll_up
from dashboard.rollup.rebuilding import go_on
from dashboard.rollup.zones import adopt_time_zone
from movies.models import Import, Search
from movies.services import remove_in_batches

KEEP_SNAPSHOTS = timedelta(days=2)
ROWS_A_BATCH = 1000


def freeze(now: datetime) -> datetime:
    """Say in RollUp, before any is removed, from when on searches are kept; return it.

    A rebuild that is asked for is finished first: afterwards it could not repair these days.
    """
    while (raw_from := _frozen(now)) is None:
        adopt_time_zone()
        go_on()
    return raw_from


@transaction.atomic
def _frozen(now: datetime) -> datetime | None:
    roll_up = lock_roll_up()
    if roll_up.is_moving:
        return None
    kept = movies.services.kept_from(now)
    roll_up.raw_from = max(kept, roll_up.raw_from or kept)
    roll_up.save(update_fields=["raw_from"])
    return roll_up.raw_from


def prune(now: datetime, raw_from: datetime) -> dict[str, int]:
    """Remove rows that nobody needs any more; return how many, by what they were.

    Comes after `freeze`, which returns `raw_from`, and the searches' own retention. Totals and
    films of a day are kept for ever.
    """
    kept = kept_from(now)
    totals = DayTotals.objects.filter(day__lt=kept)
    days = _days_before(TermDay, kept)
    hours = HourTotals.objects.filter(hour__lt=start_of(kept))
    # Retention of what was imported counts from the import.
    for first_at, last_at in Import.objects.filter(written_at__gte=start_of(kept)).values_list(
        "first_at", "last_at"
    ):
        # A day more on either side: they keep the dates of the zone in which they were folded.
        first, last = site_date(first_at) - ONE_DAY, site_date(last_at) + ONE_DAY
        totals = totals.exclude(day__range=(first, last))
        days = [day for day in days if not first <= day <= last]
        hours = hours.exclude(hour__gte=start_of(first), hour__lt=end_of(last))
    # Before any is removed, or a page would call what is left all there was.
    totals.filter(only_totals=False).update(only_totals=True)
    return {
        "term days": _remove_days(TermDay, days, "term_id"),
        "hours": remove_by(hours, "hour"),
        "searcher days": _remove_days(ActorDay, _days_without_searches(raw_from), "actor"),
        "snapshots": remove_in_batches(Snapshot.objects.filter(wanted_at__lt=now - KEEP_SNAPSHOTS)),
    }


def _days_without_searches(raw_from: datetime) -> list[date]:
    """Return the frozen days of which no search is left, not even one that is yet to be folded."""
    # What was imported has no searchers.
    searches = Search.objects.filter(source=None)
    return [
        day
        for day in _days_before(ActorDay, first_covered(raw_from))
        if not searches.filter(created_at__gte=start_of(day), created_at__lt=end_of(day)).exists()
    ]


def _days_before(model: type[TermDay | ActorDay], first: date) -> list[date]:
    days = model._default_manager.filter(day__lt=first).order_by("day")
    return list(days.values_list("day", flat=True).distinct())


def _remove_days(model: type[TermDay | ActorDay], days: Iterable[date], key: str) -> int:
    return sum(remove_by(model._default_manager.filter(day=day), key) for day in days)


def remove_by(rows: QuerySet[Any], key: str) -> int:
    """Remove rows by one column, some at a time: many pairs at once are too many for SQLite."""
    removed = 0
    while found := list(rows.values_list(key, flat=True)[:ROWS_A_BATCH]):
        removed += rows.filter(**{f"{key}__in": found}).delete()[0]
    return removed
