"""All terms of a table, or any of them; what a snapshot keeps are only the first ones."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from heapq import merge
from itertools import batched, starmap
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from dashboard.periods import View
from dashboard.ranks import bases, families, term_facts
from dashboard.ranks.boards import Entry, Table, TermRow
from dashboard.ranks.changes import Changes, changes_of
from dashboard.ranks.refreshing import figures
from dashboard.ranks.term_sums import TermSums, by_term, of_days

# Terms whose texts are looked up at once.
CHUNK = 1000


class Belongs(NamedTuple):
    """Which terms belong into a table and what ranks them: by the names of term_sums.by_term, and
    of the sums that were read.
    """

    which: Q
    ranks: str
    does: Callable[[TermSums], bool]
    rank: Callable[[TermSums], int]


BELONGS: dict[Table, Belongs] = {
    "top": Belongs(Q(now__gt=0), "now", lambda sums: sums.searches > 0, lambda sums: sums.searches),
    "new": Belongs(
        Q(firsts__gt=0), "now", lambda sums: sums.first_time > 0, lambda sums: sums.searches
    ),
    "gone": Belongs(
        Q(whole_then__gt=0, now=0),
        "then",
        lambda sums: sums.whole_before > 0 and not sums.searches,
        lambda sums: sums.before,
    ),
    "empty": Belongs(
        Q(empty__gt=0),
        "empty",
        lambda sums: sums.nothing_found > 0,
        lambda sums: sums.nothing_found,
    ),
}


def live_rows(view: View, table: Table) -> Iterator[TermRow]:
    """Yield all rows of a table, by rank, from the read models as they are now.

    Changes are tested for the rows that a snapshot keeps; beyond is told what needs no test. Of
    Rising and Falling these are all there is: nothing while there is no snapshot.
    """
    changes = changes_of(view)
    now = figures() or timezone.now()
    view = bases.known(view)
    entries = iter(changes.tables.get(table, ()))
    if table in BELONGS:
        entries = _entries(view, changes, _all(view, table, now))
    of = _whole(view, table)
    for places in batched(enumerate(entries, start=1), CHUNK):
        facts = term_facts.names([entry.term_id for _, entry in places])
        yield from term_facts.rows_of(table, of, places, facts)


def entries_of(view: View, table: Table, term_ids: Collection[int], now: datetime) -> list[Entry]:
    """Return the entries of those of the terms that belong into a table, the first one first."""
    changes, view = changes_of(view), bases.known(view)
    known = families.read(term_ids)
    alone = set(term_ids).difference(known.root_of)
    # Said once more, as one range, or SQLite reads all days of each term.
    days = Q(day__gte=view.before or view.first, day__lte=view.last)
    sums = starmap(TermSums, _sums(view, table, now).filter(days, term__in=alone))
    return list(_entries(view, changes, _with_families(view, table, now, sums, known, days)))


def _all(view: View, table: Table, now: datetime) -> Iterator[TermSums]:
    """Yield the sums of everything that belongs into a table, the first one first."""
    known = families.read()
    streamed = _sums(view, table, now).iterator(chunk_size=CHUNK)
    # One by one, for a statement that names them would be as long as they are many.
    alone = (sums for sums in starmap(TermSums, streamed) if sums.term_id not in known.root_of)
    yield from _with_families(view, table, now, alone, known, Q())


def _with_families(
    view: View,
    table: Table,
    now: datetime,
    alone: Iterable[TermSums],
    known: families.Families,
    days: Q,
) -> Iterator[TermSums]:
    """Yield sums that are in order, with those of families in between."""
    if not known.root_of:
        return iter(alone)
    belongs = BELONGS[table]
    rows = starmap(TermSums, _by_term(view, now).filter(days, term__in=list(known.root_of)))
    found = [sums for sums in families.added_up(rows, known) if belongs.does(sums)]

    def order(sums: TermSums) -> tuple[int, int]:
        return -belongs.rank(sums), sums.term_id

    return merge(alone, sorted(found, key=order), key=order)


def _sums(view: View, table: Table, now: datetime) -> "QuerySet[Any, tuple[int, ...]]":
    """Return the sums of the terms that belong into a table, the first one first."""
    belongs = BELONGS[table]
    return _by_term(view, now).filter(belongs.which).order_by(f"-{belongs.ranks}", "term_id")


def _by_term(view: View, now: datetime) -> "QuerySet[Any, tuple[int, ...]]":
    whole_last = min(view.last, bases.whole_to(now))
    return by_term(
        view.first, view.last, view.before, whole_last=whole_last, everyone=view.everyone
    )


def _entries(view: View, changes: Changes, found: Iterable[TermSums]) -> Iterator[Entry]:
    tested = changes.by_term()
    for sums in found:
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
