"""The rows of a term table that somebody asks for: narrowed down, and in the order asked for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from dashboard.days import start_of
from dashboard.periods import View
from dashboard.ranks import term_facts, whole_tables
from dashboard.ranks.boards import Entry, Table, counted
from dashboard.ranks.listings import Listing
from dashboard.ranks.term_facts import Facts
from movies.terms import TermError, normalise

# What a table can be sorted by; with a minus in front the highest comes first.
SORTS = ("searches", "change", "results", "last", "term")
# Terms that are summed while a page waits. What more of them match is looked for in the rows that
# a table keeps, and the page says so.
MOST = 1000


class Place(NamedTuple):
    # None of a term that the table keeps no row of.
    rank: int | None
    entry: Entry


class Found(NamedTuple):
    places: list[Place]
    # Of so many rows, the first ones, they are; 0 if they are of all terms.
    first_of: int


def places_of(listing: Listing) -> list[Place]:
    return [Place(rank, entry) for rank, entry in enumerate(listing.entries, start=1)]


def term_ids_of(places: Iterable[Place]) -> list[int]:
    return [place.entry.term_id for place in places]


def find(
    view: View, listing: Listing, now: datetime, *, needle: str, minimum: int, sort: str
) -> Found:
    """Return the places that count `minimum` and whose term has `needle` in it, in order."""
    others = _others(view, listing, now, needle)
    places = [*places_of(listing), *(Place(None, entry) for entry in others or ())]
    places = [place for place in places if counted(listing.table, place.entry) >= minimum]
    places = _narrowed(places, listing.table, needle, sort, everyone=view.everyone)
    is_of_all = others is not None or not _reaches_beyond(listing, needle, minimum, sort)
    return Found(places, 0 if is_of_all else len(listing.entries))


def _others(view: View, listing: Listing, now: datetime, needle: str) -> list[Entry] | None:
    """Return what matches and has no row; None where that takes reading very many."""
    if not (needle and listing.is_cut and listing.table in whole_tables.BELONGS):
        return None
    matching = term_facts.matching(needle, MOST)
    if matching is None:
        return None
    others = set(matching).difference(entry.term_id for entry in listing.entries)
    return whole_tables.entries_of(view, listing.table, others, now)


def _reaches_beyond(listing: Listing, needle: str, minimum: int, sort: str) -> bool:
    """Return whether a term without a row could be among those asked for, or go before them."""
    if not listing.is_cut:
        return False
    is_sorted = sort.removeprefix("-") in SORTS
    if listing.table not in whole_tables.BELONGS:
        return bool(needle or minimum or is_sorted)
    least = counted(listing.table, listing.entries[-1])
    return bool(needle) or 0 < minimum <= least or (is_sorted and sort != "-searches")


def needle_of(find: str) -> str:
    try:
        return normalise(find)
    except TermError:
        # Blank finds every term; what no term can contain finds none.
        return find.strip()


def _narrowed(
    places: list[Place], table: Table, needle: str, sort: str, *, everyone: bool
) -> list[Place]:
    by = sort.removeprefix("-")
    facts: dict[int, Facts] = {}
    if by == "last":
        facts = term_facts.details(term_ids_of(places), everyone=everyone)
    elif needle or by in ("results", "term"):
        facts = term_facts.names(term_ids_of(places))
    if facts:
        places = [
            place
            for place in places
            if (of_term := facts.get(place.entry.term_id)) and term_facts.has(of_term, needle)
        ]
    if by not in SORTS:
        return places
    values = {place: _value(by, table, place.entry, facts) for place in places}
    known = [place for place in places if values[place] is not None]
    known.sort(key=lambda place: values[place], reverse=sort.startswith("-"))
    # What is not known is neither most nor least: it stands below, whichever the direction.
    return known + [place for place in places if values[place] is None]


def _value(by: str, table: Table, entry: Entry, facts: Mapping[int, Facts]) -> Any:
    match by:
        case "searches":
            return counted(table, entry)
        case "change":
            return entry.ratio
        case "results":
            return facts[entry.term_id].results
        case "last":
            found = facts[entry.term_id]
            return found.last_searched or (found.last_day and start_of(found.last_day))
    return facts[entry.term_id].term
