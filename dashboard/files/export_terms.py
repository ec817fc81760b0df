"""The term tables as rows of CSV and as JSON."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import batched

from dashboard.files.export_figures import Json, started
from dashboard.models import Board
from dashboard.periods import View
from dashboard.ranks import families, term_facts
from dashboard.ranks.boards import Table, TermRow, TermTable, counted
from dashboard.ranks.finding import needle_of
from dashboard.ranks.refreshing import key_of
from dashboard.ranks.whole_tables import BELONGS, CHUNK, live_rows
from dashboard.term_pages.term_changes import STATES
from movies import formats
from movies.csv_safe import Cell

HEADINGS = (
    "Term",
    "Searches",
    "Searches before",
    "Nothing found",
    "First-time",
    "Share",
    "Change of share",
    "Change of share at least",
    "Change of share at most",
    "State",
    "Results",
    "First searched",
    # Of the last line alone, which is no term.
    "Note",
)
# The place of what a table counts, where that is not Searches.
COUNTED: dict[Table, int] = {"gone": 2, "empty": 3}


def term_rows(
    view: View, table: Table, *, find: str = "", minimum: int = 0
) -> Generator[Sequence[Cell]]:
    """Yield a line of headings and one a term; only a thousand are held at a time.

    What those terms count that have no line is the last one, which names no term and has a note,
    Other: those that `find` or `minimum` leave out, and those beyond the first thousand that rise
    or fall. Without any the note is End: a file that ends without one was cut short.

    PostgreSQL keeps the cursor between statements: behind a pgbouncer that pools transactions,
    the connection needs DISABLE_SERVER_SIDE_CURSORS. SQLite's WAL lets others write meanwhile.
    """
    yield HEADINGS
    needle = needle_of(find)
    all_terms = terms = whole = shown = 0
    for row, first_searched in _rows(view, table):
        count = counted(table, row)
        all_terms, whole = all_terms + 1, whole + count
        if count >= minimum and term_facts.has(row, needle):
            terms, shown = terms + 1, shown + count
            yield _cells(row, first_searched)
    if table not in BELONGS:
        kept = Board.objects.filter(snapshot__key=key_of(view), table=table)
        found = kept.values_list("terms", "whole").first()
        if found is None:
            yield _last("Being worked out: ask again in a moment")
            return
        all_terms, whole = found
    if view.why_no_terms:
        yield _last(view.why_no_terms)
    if all_terms > terms:
        others = f"Other: {formats.counted(all_terms - terms, 'term')}"
        yield _last(others, COUNTED.get(table, 1), whole - shown)
    else:
        yield _last(f"End: {formats.counted(terms, 'term')}")


def _last(words: str, place: int = 1, count: int | None = None) -> Sequence[Cell]:
    """Return a line that nothing takes for a term: it says in its last cell what it is."""
    cells: list[Cell] = [None] * len(HEADINGS)
    cells[place], cells[-1] = count, words
    return cells


def _rows(view: View, table: Table) -> Iterator[tuple[TermRow, datetime | None]]:
    for rows in batched(live_rows(view, table), CHUNK):
        first = families.first_searched([row.term_id for row in rows])
        for row in rows:
            yield row, first.get(row.term_id)


def _cells(row: TermRow, first_searched: datetime | None) -> Sequence[Cell]:
    """Return the line of a term; changes are parts of 1, so that 0.4 is 40 % more."""
    changes = (row.ratio, row.low, row.high)
    return (
        row.term,
        row.searches,
        row.before,
        row.nothing_found,
        row.first_time,
        row.share,
        *(None if ratio is None else ratio - 1 for ratio in changes),
        STATES[row.state][1] if row.state else "",
        row.results,
        first_searched and started(first_searched),
        None,
    )


def table_json(table: TermTable) -> Json:
    """Return a page of a table; its figures may be younger or older than those of the view."""
    found = asdict(table)
    figures_to = found.pop("figures_to")
    return {
        "table": found.pop("key"),
        "table_figures_to": figures_to and started(figures_to),
        **found,
    }
