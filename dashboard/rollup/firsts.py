"""Let the figures follow where an import brought an earlier first search of a term.

The earlier one is folded as any search. The one that was the first until now is taken out of the
first-time terms of its hour and its day, in the transaction in which its row says so.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from dashboard.days import hour_of, site_date
from dashboard.models import DayTotals, HourTotals, RollUp, TermDay
from dashboard.rollup.adding import no_sums
from dashboard.rollup.counting import LEFT_OUT
from dashboard.rollup.covered import covers
from dashboard.rollup.folding import lock_roll_up, mark_changed
from dashboard.rollup.moving import change
from movies import firsts
from movies.models import Search

# SQLite has one writer, which others wait for.
BATCH = 250


class First(NamedTuple):
    """A first search that was counted as one, and on which side."""

    term_id: int
    at: datetime
    left_out: bool


def take_back_firsts(*, until: float | None = None) -> None:
    """Take back what is no longer a first search; none is begun after `until`."""
    while until is None or time.monotonic() < until:
        began = time.monotonic()
        if not _take_back():
            return
        if connection.vendor == "sqlite":
            # Whoever waits for its lock looks again only now and then, and must find it free.
            time.sleep(time.monotonic() - began)


@transaction.atomic
def _take_back() -> int:
    roll_up = lock_roll_up()
    if roll_up.time_zone != settings.TIME_ZONE:
        return 0
    rows = list(firsts.former(BATCH))
    if rows:
        _subtract(_counted(rows, roll_up))
        firsts.take_back(rows)
        # A fold may hold one of them that is not counted yet.
        RollUp.objects.update(hidings=F("hidings") + 1)
        mark_changed()
    return len(rows)


def _counted(rows: Sequence[Any], roll_up: RollUp) -> list[First]:
    """Return what of these is in the figures.

    Of a frozen day the figures know what a term's first search counted as: its row may be gone,
    or the term hidden since.
    """
    searches = Search.objects.filter(pk__in=[row.search for row in rows if row.search])
    facts = searches.annotate(left_out=LEFT_OUT).in_bulk()
    found, frozen = [], []
    for row in rows:
        search: Any = facts.get(row.search)
        at = search.created_at if search else row.at
        if search and not search.counted:
            continue
        if not covers(roll_up, site_date(at)):
            frozen.append((row.term_id, at))
        elif search:
            found.append(First(row.term_id, at, search.left_out))
    return found + _frozen(frozen)


def _frozen(moments: Sequence[tuple[int, datetime]]) -> list[First]:
    """Return those that the figures of frozen days know."""
    days = TermDay.objects.filter(
        term__in={term_id for term_id, _ in moments}, day__in={site_date(at) for _, at in moments}
    )
    sides = {(row.day, row.term_id): row for row in days}
    found = []
    for term_id, at in moments:
        row = sides.get((site_date(at), term_id))
        if row and (row.first_time or row.left_out_first_time):
            found.append(First(term_id, at, not row.first_time))
    return found


def _subtract(taken: Iterable[First]) -> None:
    terms, hours, days = no_sums(), no_sums(), no_sums()
    for term_id, at, left_out in taken:
        day = site_date(at)
        terms[day, term_id]["left_out_first_time" if left_out else "first_time"] -= 1
        hours[hour_of(at), left_out]["first_time"] -= 1
        days[day, left_out]["first_time"] -= 1
    change(TermDay, terms)
    change(HourTotals, hours)
    change(DayTotals, days)
