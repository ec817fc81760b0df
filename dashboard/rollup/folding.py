"""Fold finished searches into the read models, each exactly once.

A batch is read and added up without a lock. Then one transaction holds the row of RollUp, marks
the searches as counted and adds the sums, unless another fold was quicker with one of them. What
is not committed is not counted either, and comes again with the next batch.
"""

import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

import movies.services
from dashboard.days import hour_of, site_date
from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, TermDay
from dashboard.rollup.adding import Sums, add_to, add_to_days, no_sums
from dashboard.rollup.counting import Event, events
from movies.models import Search, SearchTerm

BATCH = 1000
# SQLite has one writer: a batch is as large as takes this long there, on whatever disk.
FIRST_BATCH = 250
SECONDS_A_BATCH = 0.05
MOST_MISSED = 1000


class TakenMeanwhile(Exception):
    """Some of these searches were counted meanwhile, or count as something else; none was."""


def fold(*, until: float | None = None) -> int:
    """Fold everything that is finished and not counted yet; return how many searches it was.

    The first batch after `until`, a moment of time.monotonic(), is left to the next time. While
    the read models are of another time zone, nothing is folded. Raises TakenMeanwhile when
    others count searches all the time.
    """
    folded = missed = 0
    is_sqlite = connection.vendor == "sqlite"
    most = min(FIRST_BATCH, BATCH) if is_sqlite else BATCH
    while True:
        began, clock = timezone.now(), time.monotonic()
        try:
            batch = fold_batch(most)
        except TakenMeanwhile:
            # Each time another fold has come further, unless something else marks searches.
            missed += 1
            if missed > MOST_MISSED:
                raise
            continue
        if not batch:
            _are_of(began)
            return folded
        folded += batch
        if until is not None and time.monotonic() > until:
            return folded
        if is_sqlite and batch == most:
            took = time.monotonic() - clock
            most = max(1, min(BATCH, int(most * SECONDS_A_BATCH / took)))
            # Whoever waits for its lock looks again only now and then, and must find it free.
            time.sleep(took)


def fold_batch(most: int = BATCH) -> int:
    """Fold at most so many searches; return how many, 0 when none is left.

    Raises TakenMeanwhile, after which there are others to fold.
    """
    # Before the searches: what they count as may change until they are counted.
    hidings = RollUp.objects.values_list("hidings", flat=True).first() or 0
    batch = events(Search.objects.finished().filter(counted=False).order_by("pk")[:most])
    sums = sums_of(batch)
    with transaction.atomic():
        # Days of two zones in one table: nobody could say what a day is.
        if not batch or (roll_up := lock_roll_up()).time_zone != settings.TIME_ZONE:
            return 0
        if roll_up.hidings != hidings:
            raise TakenMeanwhile
        if movies.services.mark_counted(event.pk for event in batch) != len(batch):
            raise TakenMeanwhile
        add_sums(sums)
        mark_changed()
    return len(batch)


@transaction.atomic
def _are_of(moment: datetime) -> None:
    """Note that what finished before `moment` is in the figures.

    All of it but what was being committed at that very moment, which the next fold finds.
    """
    roll_up = lock_roll_up()
    # Of two folds the later one may be done first; a clock that was set back is believed.
    is_later = roll_up.figures_to is None or not (
        timedelta(0) <= roll_up.figures_to - moment < timedelta(minutes=1)
    )
    if is_later and roll_up.time_zone == settings.TIME_ZONE:
        RollUp.objects.update(figures_to=moment)


def lock_roll_up() -> RollUp:
    """Return the one row of RollUp, locked until the transaction ends."""
    zone = settings.TIME_ZONE
    RollUp.objects.get_or_create(pk=1, defaults={"time_zone": zone})
    return RollUp.objects.select_for_update().get(pk=1)


def mark_changed() -> None:
    """Tell whoever read the read models without the lock that they are others now."""
    RollUp.objects.update(revision=F("revision") + 1)


def sums_of(batch: Iterable[Event]) -> tuple[Sums, Sums, Sums]:
    """Return what searches add to an hour, to a term's day and to a searcher's day."""
    by_hour, by_term, by_actor = no_sums(), no_sums(), no_sums()
    times: dict[str, tuple[date, datetime]] = {}
    for event in batch:
        if event.minute not in times:
            minute = datetime.fromisoformat(event.minute).replace(tzinfo=UTC)
            times[event.minute] = site_date(minute), hour_of(minute)
        day, hour = times[event.minute]
        prefix = "left_out_" if event.left_out else ""
        of_hour, of_term = by_hour[hour, event.left_out], by_term[day, event.term_id]
        for measure in event.measures():
            of_hour[measure] += 1
            of_term[prefix + measure] += 1
        of_hour[event.outcome] += 1
        if event.returned:
            of_hour["films_returned"] += event.returned
            of_hour["new_films"] += event.brought
        if event.actor:
            by_actor[day, event.actor][f"{prefix}searches"] += 1
    return by_hour, by_term, by_actor


def add_sums(sums: tuple[Sums, Sums, Sums]) -> None:
    """Add sums to every read model, in the transaction that the caller holds."""
    by_hour, by_term, by_actor = sums
    by_day = no_sums()
    for (hour, left_out), counts in by_hour.items():
        of_day = by_day[site_date(hour), left_out]
        for name, count in counts.items():
            of_day[name] += count
    for key, count in add_to_days(TermDay, by_term).items():
        by_day[key]["terms"] += count
    _write_roots(by_term)
    for key, count in add_to_days(ActorDay, by_actor).items():
        by_day[key]["searchers"] += count
    add_to(HourTotals, by_hour)
    add_to(DayTotals, by_day)


def _write_roots(by_term: Sums) -> None:
    """Write down what the terms of these days are merged into; most are merged into nothing."""
    of_terms = SearchTerm.objects.filter(pk__in={term_id for _, term_id in by_term})
    merged = list(of_terms.filter(canonical__isnull=False).values_list("pk", flat=True))
    if merged:
        root = SearchTerm.objects.filter(pk=OuterRef("term_id")).values("canonical")
        days = {day for day, _ in by_term}
        of_days = TermDay.objects.filter(day__in=days, term__in=merged, root=None)
        of_days.update(root=Subquery(root))
