"""Put right whatever the read models hold that the searches do not add up to.

Rows are found and counted without a lock, and written a few at a time under the one that folds
take, if nothing was folded meanwhile. So folds go on, and no page ever finds a row missing. The
row of RollUp says how far a rebuild has come: after a crash, or at the next tick, it goes on.
"""

import time
from collections.abc import Callable
from datetime import date
from itertools import batched

from django.db import transaction
from django.utils import timezone

from dashboard.completeness.weeks import count_again
from dashboard.models import RollUp, Snapshot
from dashboard.rollup.comparing import differing
from dashboard.rollup.covered import covered_days, covers
from dashboard.rollup.folding import lock_roll_up, mark_changed
from dashboard.rollup.tables import ACTORS, DAYS, HOURS, ROOTS, TERMS, Row, Table, Units

# Rows that are written in one transaction: SQLite takes some 15 ms for them.
UNITS_A_BATCH = 100
TRIES = 5

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
        if day is None:
            count_again()
            # They were worked out of days that have been put right since.
            Snapshot.objects.update(outdated_at=timezone.now())


def repair(day: date) -> None:
    """Put the rows of one covered day right, its totals last: they are counted from the rest."""
    for table in (HOURS, TERMS, ROOTS, ACTORS):
        # A key may have several rows, and the same unit is then counted once.
        units = dict.fromkeys(row.key[0] for row in differing(table, day))
        for batch in batched(units, UNITS_A_BATCH):
            _repair(table, day, batch)
    if differing(DAYS, day):
        _repair(DAYS, day)


def _repair(table: Table, day: date, units: Units = None) -> None:
    """Write what differs; it is counted without the lock, unless folds come too often for that."""
    for _ in range(TRIES):
        revision = RollUp.objects.values_list("revision", flat=True).get(pk=1)
        if _write(table, day, differing(table, day, units), revision):
            return
    with transaction.atomic():
        locked = lock_roll_up()
        _write(table, day, differing(table, day, units), locked.revision)


@transaction.atomic
def _write(table: Table, day: date, rows: list[Row], revision: int) -> bool:
    """Write rows that were counted at a revision; return False if there is a newer one."""
    roll_up = lock_roll_up()
    # Retention may have frozen the day: then what is no longer there was not counted.
    if not covers(roll_up, day) or not rows:
        return True
    if roll_up.revision != revision:
        return False
    table.write(day, rows)
    mark_changed()
    return True
