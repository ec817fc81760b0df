"""The term tables as pages show them: sorted, narrowed down, and cut into pages."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from dashboard.models import Board, Snapshot
from dashboard.periods import View
from dashboard.ranks import finding, term_facts
from dashboard.ranks.boards import HEAD, HEADS, TITLES, Table, TermRow, TermTable
from dashboard.ranks.finding import Found, places_of
from dashboard.ranks.listings import Listing, kept, live
from dashboard.ranks.snapshots import wanted
from dashboard.ranks.term_facts import rows_of
from dashboard.worklist.lacking import Lack

PER_PAGE = 25


class Heads(NamedTuple):
    """The first rows of the first page's tables, and of the worklist with each term's text."""

    tables: dict[Table, TermTable]
    worklist: list[tuple[Lack, str]]


def heads_of(view: View, snapshot: Snapshot) -> Heads:
    """Return what the first page shows of terms; `snapshot` is the view's."""
    if snapshot.figures_to is None:
        listings = [live(view, table, HEAD) for table in HEADS]
    else:
        listings = [kept(view, table, snapshot, snapshot.heads[table]) for table in HEADS]
    # One of before there was a worklist has none.
    lacks = [Lack(*row) for row in snapshot.heads.get("worklist", ())]
    shown = {entry.term_id for one in listings for entry in one.entries}
    facts = term_facts.names(shown.union(lack.term_id for lack in lacks))
    tables = {
        one.table: _table(one, rows_of(one.table, one.of, places_of(one), facts))
        for one in listings
    }
    known = [(lack, facts[lack.term_id].term) for lack in lacks if lack.term_id in facts]
    return Heads(tables, known)


def read(
    view: View,
    table: Table,
    now: datetime,
    *,
    find: str = "",
    minimum: int = 0,
    sort: str = "",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> TermTable:
    """Return one page of a table, or the nearest that there is.

    `find` is a part of a term, `minimum` the least that it counts, and `sort` one of
    finding.SORTS with or without a minus; anything else leaves the table in its own order.
    """
    listing = _listing(view, table, now)
    needle, at = finding.needle_of(find), listing.figures_to or now
    found = finding.find(view, listing, at, needle=needle, minimum=minimum, sort=sort)
    pages = max(1, -(-len(found.places) // per_page))
    page = min(max(page, 1), pages)
    shown = found.places[(page - 1) * per_page : page * per_page]
    facts = term_facts.details(finding.term_ids_of(shown), everyone=view.everyone)
    rows = _drawn(view, table, rows_of(table, listing.of, shown, facts))
    return replace(
        _table(listing, rows),
        found=len(found.places),
        pages=pages,
        page=page,
        first_of=found.first_of,
        reason=_reason(view, listing, found, is_found=bool(needle)),
    )


def _reason(view: View, listing: Listing, found: Found, *, is_found: bool) -> str:
    if listing.entries and not found.places:
        return "Nothing matches. Clear filters."
    if listing.is_cut and is_found and not found.first_of:
        # Of what was looked for no row is missing.
        return view.why_not_all_terms
    return listing.reason


def _listing(view: View, table: Table, now: datetime) -> Listing:
    snapshot = wanted(view, now)
    # With its snapshot, so that all numbers are of one moment.
    boards = Board.objects.select_related("snapshot").defer("snapshot__heads")
    board = boards.filter(snapshot=snapshot, table=table).first()
    if board is None:
        return live(view, table)
    return kept(view, table, board.snapshot, (board.rows, board.terms, board.whole))


def _drawn(view: View, table: Table, rows: Iterable[TermRow]) -> tuple[TermRow, ...]:
    """Return the rows with their sparklines: in Gone, of the compared period."""
    days = (view.first, view.last)
    if table == "gone" and view.before and view.before_last:
        days = (view.before, view.before_last)
    measure = "nothing_found" if table == "empty" else "searches"
    sparks = term_facts.sparks([row.term_id for row in rows], measure, days, everyone=view.everyone)
    return tuple(replace(row, spark=sparks[row.term_id]) for row in rows)


def _table(listing: Listing, rows: tuple[TermRow, ...]) -> TermTable:
    """Return a table that is all on one page."""
    return TermTable(
        key=listing.table,
        title=TITLES[listing.table],
        rows=rows,
        found=len(rows),
        pages=1,
        page=1,
        terms=listing.terms,
        whole=listing.whole,
        other=listing.other,
        other_terms=listing.other_terms,
        figures_to=listing.figures_to,
        is_ready=listing.is_ready,
        is_live=listing.is_live,
        reason=listing.reason,
        is_all_new=listing.is_all_new,
    )
