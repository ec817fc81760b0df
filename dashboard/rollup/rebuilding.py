"""Put right whatever the read models hold that the searches do not add up to.

Rows are found without a lock and repaired a few at a time, each counted anew under the lock
that folds take, so folds go on and no page ever finds a row missing. The row of RollUp says how
far a rebuild has come: after a crash, or at the next tick, it goes on from there.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model

from dashboard.models import RollUp
from dashboard.rollup.comparing import Row, differing
from dashboard.rollup.covered import covered_days, covers
from dashboard.rollup.folding import lock_roll_up
from dashboard.rollup.tables import ACTORS, DAYS, HOURS, TERMS, Table, Units

# What is counted while others wait to write: SQLite takes some 15 ms for a batch, and 30 ms for
# one term that was searched 8,000 times in a day.
UNITS_A_BATCH = 100
SEARCHES_A_BATCH = 1000

type Progress = Callable[[date], None]


def rebuild(*, progress: Progress | None = None) -> None:
    """Check every covered day and repair it; raise OtherTimeZone.

    Of two at once each repairs what the other has not, and both end.
    """
    ask_for_rebuild()
    go_on(progress=progress)


@transaction.atomic
def ask_for_rebuild() -> None:
    """Have a rebuild begin with the first day; one that is under way begins anew."""
    lock_roll_up()
    RollUp.objects.update(needs_rebuild=True, rebuilt_to=None)


def go_on(*, until: float | None = None, progress: Progress | None = None) -> None:
    """Continue the rebuild that is asked for, if any; raise OtherTimeZone.

    No day is begun after `until`, a moment of time.monotonic(). `progress` is told each day
    that is done.
    """
    while until is None or time.monotonic() < until:
        roll_up = RollUp.objects.filter(pk=1, needs_rebuild=True).first()
        if roll_up is None:
            return
        day = next(covered_days(roll_up, after=roll_up.rebuilt_to), None)
        if day:
            repair(day)
        _remember(roll_up, day)
        if day and progress:
            progress(day)


@transaction.atomic
def _remember(seen: RollUp, day: date | None) -> None:
    """Note the day that is done, None after the last, unless the rebuild began anew meanwhile."""
    now = lock_roll_up()
    if (now.rebuilt_to, now.time_zone) == (seen.rebuilt_to, seen.time_zone):
        RollUp.objects.update(rebuilt_to=day, needs_rebuild=day is not None)


def repair(day: date) -> None:
    """Put the rows of one covered day right, its totals last: they are counted from the rest."""
    for table in (HOURS, TERMS, ACTORS):
        for units in _batches(table, differing(table, day)):
            _repair(table, day, units)
    if differing(DAYS, day):
        _repair(DAYS, day)


def _batches(table: Table, rows: Iterable[Row]) -> Iterator[list[Any]]:
    """Yield units that can be counted together without making others wait for long."""
    units: dict[Any, None] = {}
    searches = 0
    for row in rows:
        of_row = table.searches(row.counted)
        if units and (len(units) == UNITS_A_BATCH or searches + of_row > SEARCHES_A_BATCH):
            yield list(units)
            units, searches = {}, 0
        units[row.key[0]] = None
        searches += of_row
    if units:
        yield list(units)


@transaction.atomic
def _repair(table: Table, day: date, units: Units = None) -> None:
    # Meanwhile retention may have frozen the day, and what is no longer there counts nothing.
    if not covers(lock_roll_up(), day):
        return
    rows = differing(table, day, units)
    there = [row for row in rows if any(row.counted)]
    gone = [table.pk(day, row.key) for row in rows if not any(row.counted)]
    manager = table.model._default_manager
    manager.bulk_create(
        [_instance(table, day, row) for row in there],
        update_conflicts=True,
        unique_fields=[field.name for field in table.model._meta.pk_fields],
        update_fields=list(table.measures),
    )
    manager.filter(pk__in=gone).delete()


def _instance(table: Table, day: date, row: Row) -> Model:
    counted = zip(table.measures, row.counted, strict=True)
    return table.model(pk=table.pk(day, row.key), **dict(counted))
