"""The six term tables: what each is called, what it counts, how it is kept and how it is shown."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

type Table = Literal["top", "rising", "falling", "new", "gone", "empty"]

TITLES: dict[Table, str] = {
    "top": "Top",
    "rising": "Rising",
    "falling": "Falling",
    "new": "New",
    "gone": "Gone",
    "empty": "Nothing found",
}
# Rows that a table keeps, and those that the first page shows of it.
MOST = 1000
HEAD = 8
# The tables of the first page.
HEADS: tuple[Table, ...] = ("rising", "new", "empty")
# What stands beside them: the day of the site's first search.
FIRST_SEARCH = "first_search"

# How a term changed, in the order in which the first that holds is taken. Its first search ever
# is in the period, and not the site's; searched before, on days that are over, and not now; too
# few searches to tell, on days that are over; proven; not proven.
STATES = ("new", "gone", "few", "rising", "falling", "steady")
# A term searched less often, both periods together, can hardly prove a change, and looking at it
# all the same would make proof harder for every other term.
ENOUGH = 5


class Entry(NamedTuple):
    """One row of a table, as Board and Snapshot keep it: a list in this order.

    Without a compared period, or where bases says that it tells nothing, `before` is None; it is
    of all of it, also where the period still runs. `state` is one of STATES, and empty where
    nothing can be compared. `ratio` is the share of all searches now through that before, from
    `low` to `high` with 95 % confidence: None of too few searches, and where it is infinite. Only
    days that are over and their partners are compared, so it does not follow from the counts.
    """

    term_id: int
    searches: int
    before: int | None
    nothing_found: int
    first_time: int
    state: str = ""
    ratio: float | None = None
    low: float | None = None
    high: float | None = None


class Ranked(NamedTuple):
    """One table: its first rows, how many terms it has, and how much they count together."""

    rows: list[list[Any]]
    terms: int
    whole: int


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term of a table; what its change says is described by Entry.

    `rank` is its place in the whole table, None beyond the rows that are kept. `share` is of all
    searches: of those before in Gone, of those that found nothing in Nothing found.
    """

    rank: int | None
    term_id: int
    term: str
    searches: int
    before: int | None
    share: float
    nothing_found: int
    first_time: int
    state: str
    ratio: float | None
    low: float | None
    high: float | None
    # OMDb's count of films, those held, and the last search, of which the day is known for longer;
    # not looked up for the first page.
    results: int | None = None
    held: int | None = None
    last_searched: datetime | None = None
    last_day: date | None = None
    # The texts of what is merged into it.
    variants: tuple[str, ...] = ()
    spark: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TermTable:
    key: Table
    title: str
    rows: tuple[TermRow, ...]
    # Rows that were asked for, on how many pages, and which of these it is.
    found: int
    pages: int
    page: int
    # All terms that belong into the table, and what they count; None where nobody counted yet.
    terms: int | None
    whole: int
    # What those terms count that are in no row, however one looks for them.
    other: int
    other_terms: int | None
    figures_to: datetime | None
    is_ready: bool
    # Whether it is not worked out yet, and these are the first rows without their changes.
    is_live: bool
    # Why it is empty, not ready, or not all.
    reason: str
    # Of so many rows, the first ones, the rows that were asked for are; 0 if they are of all terms.
    first_of: int = 0
    # Whether it is New, and tells nothing: the site itself began in the period.
    is_all_new: bool = False


def counted(table: Table, entry: Entry | TermRow) -> int:
    """Return what the table counts: searches, those before, or those that found nothing."""
    if table == "gone":
        return entry.before or 0
    return entry.nothing_found if table == "empty" else entry.searches
