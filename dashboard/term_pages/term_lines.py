"""The rows of a term table in words, and its column heads."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from dashboard.days import end_of
from dashboard.periods import View
from dashboard.ranks.boards import Table, TermRow, TermTable, counted
from dashboard.term_pages.sparks import spark
from dashboard.term_pages.term_asking import Asked
from dashboard.term_pages.term_changes import change_label
from dashboard.term_pages.term_links import term_url, terms_url
from movies import formats
from movies.words import dates

# What a table counts, as its column is called, and what its shares are shares of.
COUNTED: dict[Table, tuple[str, str]] = {
    "gone": ("Searches before", "of all searches before"),
    "empty": ("Found nothing", "of all that found nothing"),
}
SEARCHES = ("Searches", "of all searches")
# What the first rows of a table are the first by.
FIRST_BY: dict[Table, str] = {
    "rising": "what is proven",
    "falling": "what is proven",
    "gone": "searches before",
    "empty": "searches that found nothing",
}
# Tables whose terms together are a figure of the dashboard.
ADDS_UP: tuple[Table, ...] = ("top", "gone", "empty")
# Which the first press on a head sorts by first, where the highest says more.
HIGHEST_FIRST = ("searches", "change", "results", "last")


@dataclass(frozen=True, slots=True)
class Head:
    """A column; one that is not sorted by has no address."""

    key: str
    words: str
    url: str = ""
    # As ARIA calls it: ascending, descending, or not at all.
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    rank: str
    term_id: int
    term: str
    url: str
    count: str
    unit: str
    share: str
    # Of the longest bar on the page, in per cent.
    width: int
    change: SafeString
    spark: SafeString
    results: str
    last: SafeString | str


def heads(table: Table, view: View, asked: Asked) -> list[Head]:
    words, _ = COUNTED.get(table, SEARCHES)
    sortable = {
        "term": "Term",
        "searches": words,
        "change": "Change of share",
        "spark": "",
        "results": "Films held",
        "last": "Last searched",
    }
    return [_head(key, words, view, asked) for key, words in sortable.items()]


def _head(key: str, words: str, view: View, asked: Asked) -> Head:
    if key == "spark":
        return Head(key, "Per day" if view.days <= 31 else "Over time")
    first, second = (f"-{key}", key) if key in HIGHEST_FIRST else (key, f"-{key}")
    following = second if asked.sort == first else first
    is_sorted = asked.sort.removeprefix("-") == key
    direction = "descending" if asked.sort.startswith("-") else "ascending"
    url = terms_url(view, **asked.parameters() | {"sort": following})
    return Head(key, words, url, direction if is_sorted else "")


def lines(table: TermTable, view: View) -> list[Line]:
    most = max((row.share for row in table.rows), default=0) or 1
    # What is gone is drawn of the compared period, which is over.
    is_open = table.key != "gone" and _runs(view, table.figures_to)
    return [_line(table.key, row, view, most, is_open=is_open) for row in table.rows]


def _runs(view: View, figures_to: datetime | None) -> bool:
    return figures_to is not None and figures_to < end_of(view.last)


def _line(table: Table, row: TermRow, view: View, most: float, *, is_open: bool) -> Line:
    count = counted(table, row)
    return Line(
        rank=formats.number(row.rank) if row.rank else "",
        term_id=row.term_id,
        term=row.term,
        url=term_url(row.term_id, view),
        count=formats.number(count),
        unit="search" if count == 1 else "searches",
        share=formats.rate(row.share, 1),
        width=round(100 * row.share / most),
        change=change_label(row),
        spark=spark(row.spark, is_open=is_open),
        results=_results(row),
        last=_last(row, view),
    )


def _last(row: TermRow, view: View) -> SafeString | str:
    """Return when it was last searched; of a search that is kept no more the day alone."""
    if row.last_searched is None and row.last_day:
        return dates(row.last_day, row.last_day, view.today)
    return formats.moment(row.last_searched)


def _results(row: TermRow) -> str:
    """Return `3 of 117`, or what is held where OMDb never said how many films there are."""
    if row.results is None and not row.held:
        return formats.NOTHING
    count = formats.number(row.held)
    return f"{count} of {formats.number(row.results)}" if row.results else count


def share_of(table: Table) -> str:
    return COUNTED.get(table, SEARCHES)[1]


def first_of(table: TermTable) -> str:
    """Return of which rows those asked for are, where others may match; else nothing."""
    if not table.first_of:
        return ""
    by = FIRST_BY.get(table.key, "searches")
    return f"of the first {formats.number(table.first_of)} by {by}"


def other_row(table: TermTable) -> str:
    """Return what all terms but those on this page count, so that each page adds up to the card.

    Empty where nothing adds up to a card, and when there are no others.
    """
    others = table.whole - sum(counted(table.key, row) for row in table.rows)
    if table.key not in ADDS_UP or others <= 0:
        return ""
    searches = formats.counted(others, "search", "searches")
    if table.terms is None:
        return f"Other terms: {searches}"
    return f"{formats.counted(table.terms - len(table.rows), 'other term')}: {searches}"
