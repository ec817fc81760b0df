"""The first rows of the term tables, as the first page and the digest of a week show them."""

from dataclasses import dataclass

from dashboard.front.sharing import Shared
from dashboard.periods import View
from dashboard.ranks import bases
from dashboard.ranks.boards import HEADS, TITLES, Table, TermRow, TermTable
from dashboard.term_pages.term_changes import STATES, percent, proof
from dashboard.term_pages.term_links import term_url, terms_url
from movies.formats import NONE, number

BEING_WORKED_OUT = "Being worked out; this page shows it in a moment."
# What stands below the first rows of each table.
MORE: dict[Table, str] = {
    "rising": "All rising terms",
    "new": "All new terms",
    "empty": "All that found nothing",
}


@dataclass(frozen=True, slots=True)
class Row:
    term: str
    url: str
    count: str
    change: str
    # What is proven of it, on hover; empty where the change says it all.
    proof: str
    is_proven: bool


@dataclass(frozen=True, slots=True)
class ShortTable:
    """The first rows of a term table, or why it has none."""

    key: str
    title: str
    rows: list[Row]
    reason: str
    more: str
    url: str
    # Where it is older than the figures above.
    to: str


def tables_of(shared: Shared) -> list[ShortTable]:
    """Return the first rows of the term tables; none where there are no terms to tell of."""
    return [_table(shared, key) for key in HEADS] if shared.snapshot else []


def _row(row: TermRow, key: str, view: View) -> Row:
    sign, words = STATES.get(row.state, ("", NONE))
    if row.ratio is not None and row.state in ("rising", "falling", "steady"):
        change = round(100 * (row.ratio - 1), 1)
        sign = "▲" if change > 0 else "▼" if change < 0 else ""
        words = percent(row.ratio)
    return Row(
        term=row.term,
        url=term_url(row.term_id, view),
        count=number(row.nothing_found if key == "empty" else row.searches),
        change=f"{sign} {words}".strip(),
        proof=proof(row),
        is_proven=row.state not in ("few", "steady"),
    )


def _table(shared: Shared, key: Table) -> ShortTable:
    table = shared.tables.get(key)
    # Of terms that are all new the first ones are no more than the top.
    rows = table.rows if table and not table.is_all_new else ()
    return ShortTable(
        key=key,
        title=TITLES[key],
        rows=[_row(row, key, shared.view) for row in rows],
        reason=_reason(shared, table),
        more=MORE[key],
        url=terms_url(shared.view, tab=key),
        to=shared.terms_to,
    )


def _reason(shared: Shared, table: TermTable | None) -> str:
    if table is None:
        return shared.view.why_no_terms or BEING_WORKED_OUT
    if table.is_all_new:
        return bases.why_too_early(shared.trend.first_day if shared.trend else None)
    return table.reason
