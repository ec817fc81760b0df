"""All terms of a table, or any of them; what a snapshot keeps are only the first ones."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import batched, starmap
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from dashboard.periods import View
from dashboard.ranks import bases, term_facts
from dashboard.ranks.boards import Entry, Table, TermRow
from dashboard.ranks.changes import Changes, changes_of
from dashboard.ranks.refreshing import figures
from dashboard.ranks.term_sums import TermSums, by_term, of_days

# Terms whose texts are looked up at once.
CHUNK = 1000
# Which terms belong into a table, by the names of term_sums.by_term, and what ranks them.
BELONGS: dict[Table, tuple[Q, str]] = {
    "top": (Q(now__gt=0), "now"),
    "new": (Q(firsts__gt=0), "now"),
    "gone": (Q(whole_then__gt=0, now=0), "then"),
    "empty": (Q(empty__gt=0), "empty"),
}


def live_rows(view: View, table: Table) -> Iterator[TermRow]:
    """Yield all rows of a table, by rank, from the read models as they are now.

    Changes are tested for the rows that a snapshot keeps; beyond is told what needs no test. Of
    Rising and Falling these are all there is: nothing while there is no snapshot.
    """
    changes = changes_of(view)
    now = figures() or timezone.now()
    view = bases.known(view, now)
    entries = iter(changes.tables.get(table, ()))
    if table in BELONGS:
        entries = _entries(view, changes, _sums(view, table, now).iterator(chunk_size=CHUNK))
    of = _whole(view, table)
    for places in batched(enumerate(entries, start=1), CHUNK):
        facts = term_facts.names([entry.term_id for _, entry in places])
        yield from term_facts.rows_of(table, of, places, facts)


def entries_of(view: View, table: Table, term_ids: Collection[int], now: datetime) -> list[Entry]:
    """Return the entries of those of the terms that belong into a table, the first one first."""
    changes, view = changes_of(view), bases.known(view, now)
    sums = _sums(view, table, now).filter(term__in=term_ids)
    # Said once more, as one range, or SQLite reads all days of each term.
    sums = sums.filter(day__gte=view.before or view.first, day__lte=view.last)
    return list(_entries(view, changes, sums))


def _sums(view: View, table: Table, now: datetime) -> "QuerySet[Any, tuple[int, ...]]":
    """Return the sums of the terms that belong into a table, the first one first."""
    belongs, counted = BELONGS[table]
    whole_last = min(view.last, bases.whole_to(now))
    sums = by_term(
        view.first, view.last, view.before, whole_last=whole_last, everyone=view.everyone
    )
    return sums.filter(belongs).order_by(f"-{counted}", "term_id")


def _entries(view: View, changes: Changes, rows: Iterable[tuple[int, ...]]) -> Iterator[Entry]:
    tested = changes.by_term()
    for sums in starmap(TermSums, rows):
        entry = tested.get(sums.term_id) or Entry(
            sums.term_id, 0, None, 0, 0, changes.state_of(sums)
        )
        yield entry._replace(
            searches=sums.searches,
            before=sums.before if view.before else None,
            nothing_found=sums.nothing_found,
            first_time=sums.first_time,
        )


def _whole(view: View, table: Table) -> int:
    """Return what the shares of a table are shares of."""
    first, last = view.first, view.last
    if table == "gone" and view.before and view.before_last:
        first, last = view.before, view.before_last
    measure = "nothing_found" if table == "empty" else "searches"
    return of_days(measure, first, last, everyone=view.everyone)
