"""All terms of a table, for a file; the tables of pages keep only the first of them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched

from django.db.models import Q
from django.utils import timezone

from dashboard.models import Board
from dashboard.periods import View
from dashboard.ranks import bases, term_facts
from dashboard.ranks.boards import Entry, Table, TermRow
from dashboard.ranks.refreshing import figures, key_of
from dashboard.ranks.term_sums import by_term, of_days
from dashboard.ranks.term_tables import rows_of

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

    Changes are tested for the rows that a snapshot keeps, and empty beyond. Of Rising and
    Falling these are all there is: nothing while there is no snapshot.
    """
    tested = {entry.term_id: entry for entry in _kept(view, table)}
    now = figures() or timezone.now()
    view = bases.known(view, now)
    entries = _all(view, table, tested, now) if table in BELONGS else iter(tested.values())
    of = _whole(view, table)
    for places in batched(enumerate(entries, start=1), CHUNK):
        facts = term_facts.names([entry.term_id for _, entry in places])
        yield from rows_of(table, of, places, facts)


def _kept(view: View, table: Table) -> list[Entry]:
    boards = Board.objects.filter(snapshot__key=key_of(view), table=table)
    return [Entry(*row) for row in boards.values_list("rows", flat=True).first() or ()]


def _all(view: View, table: Table, tested: dict[int, Entry], now: datetime) -> Iterator[Entry]:
    belongs, counted = BELONGS[table]
    whole_last = min(view.last, bases.whole_to(now))
    sums = by_term(
        view.first, view.last, view.before, whole_last=whole_last, everyone=view.everyone
    )
    rows = sums.filter(belongs).order_by(f"-{counted}", "term_id")
    for term_id, searches, then, empty, firsts, *_ in rows.iterator(chunk_size=CHUNK):
        known = tested.get(term_id)
        entry = known or Entry(term_id, 0, None, 0, 0, table if table in ("new", "gone") else "")
        yield entry._replace(
            searches=searches,
            before=then if view.before else None,
            nothing_found=empty,
            first_time=firsts,
        )


def _whole(view: View, table: Table) -> int:
    """Return what the shares of a table are shares of."""
    first, last = view.first, view.last
    if table == "gone" and view.before and view.before_last:
        first, last = view.before, view.before_last
    measure = "nothing_found" if table == "empty" else "searches"
    return of_days(measure, first, last, everyone=view.everyone)
