"""The term tables as pages show them: sorted, narrowed down, and cut into pages."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from dashboard.models import Board, Snapshot
from dashboard.periods import View
from dashboard.ranks import term_facts
from dashboard.ranks.boards import HEAD, HEADS, TITLES, Entry, Table, TermRow, TermTable, counted
from dashboard.ranks.listings import Listing, kept, live
from dashboard.ranks.snapshots import wanted
from dashboard.ranks.term_facts import Facts, rows_of
from movies.terms import TermError, normalise

PER_PAGE = 25
# What a table can be sorted by; with a minus in front the highest comes first.
SORTS = ("searches", "change", "results", "last", "term")


class _Place(NamedTuple):
    rank: int
    entry: Entry


def heads_of(view: View, snapshot: Snapshot) -> dict[Table, TermTable]:
    """Return the first rows of the first page's tables; `snapshot` is the view's."""
    if snapshot.figures_to is None:
        listings = [live(view, table, HEAD) for table in HEADS]
    else:
        listings = [kept(view, table, snapshot, snapshot.heads[table]) for table in HEADS]
    facts = term_facts.names({entry.term_id for one in listings for entry in one.entries})
    return {
        one.table: _table(one, rows_of(one.table, one.of, _places(one), facts)) for one in listings
    }


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

    `find` is a part of a term, `minimum` the least that it counts, and `sort` one of SORTS with
    or without a minus; anything else leaves the table in its own order.
    """
    listing = _listing(view, table, now)
    places = [place for place in _places(listing) if counted(table, place.entry) >= minimum]
    places = _narrowed(places, table, find=find, sort=sort, everyone=view.everyone)
    pages = max(1, -(-len(places) // per_page))
    page = min(max(page, 1), pages)
    shown = places[(page - 1) * per_page : page * per_page]
    facts = term_facts.details(_term_ids(shown), everyone=view.everyone)
    rows = _drawn(view, table, rows_of(table, listing.of, shown, facts))
    found = replace(_table(listing, rows), found=len(places), pages=pages, page=page)
    if listing.entries and not places:
        return replace(found, reason="Nothing matches. Clear filters.")
    return found


def _listing(view: View, table: Table, now: datetime) -> Listing:
    snapshot = wanted(view, now)
    # With its snapshot, so that all numbers are of one moment.
    boards = Board.objects.select_related("snapshot").defer("snapshot__heads")
    board = boards.filter(snapshot=snapshot, table=table).first()
    if board is None:
        return live(view, table)
    return kept(view, table, board.snapshot, (board.rows, board.terms, board.whole))


def _places(listing: Listing) -> list[_Place]:
    return [_Place(rank, entry) for rank, entry in enumerate(listing.entries, start=1)]


def _term_ids(places: Iterable[_Place]) -> list[int]:
    return [place.entry.term_id for place in places]


def _narrowed(
    places: list[_Place], table: Table, *, find: str, sort: str, everyone: bool
) -> list[_Place]:
    """Return the places whose term has `find` in it, in the order asked for."""
    by, needle = sort.removeprefix("-"), needle_of(find)
    facts: dict[int, Facts] = {}
    if by == "last":
        facts = term_facts.details(_term_ids(places), everyone=everyone)
    elif needle or by in ("results", "term"):
        facts = term_facts.names(_term_ids(places))
    if facts:
        places = [
            place
            for place in places
            if place.entry.term_id in facts and needle in facts[place.entry.term_id].term
        ]
    if by not in SORTS:
        return places
    values = {place: _value(by, table, place.entry, facts) for place in places}
    known = [place for place in places if values[place] is not None]
    known.sort(key=lambda place: values[place], reverse=sort.startswith("-"))
    # What is not known is neither most nor least: it stands below, whichever the direction.
    return known + [place for place in places if values[place] is None]


def needle_of(find: str) -> str:
    try:
        return normalise(find)
    except TermError:
        # Blank finds every term; what no term can contain finds none.
        return find.strip()


def _value(by: str, table: Table, entry: Entry, facts: Mapping[int, Facts]) -> Any:
    match by:
        case "searches":
            return counted(table, entry)
        case "change":
            return entry.ratio
        case "results":
            return facts[entry.term_id].results
        case "last":
            return facts[entry.term_id].last_searched
    return facts[entry.term_id].term


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
