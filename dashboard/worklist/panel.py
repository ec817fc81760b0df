"""The worklist on the first page: its first rows, or why it has none."""

from dataclasses import dataclass

from dashboard.front.sharing import Shared
from dashboard.term_pages.term_links import term_url
from dashboard.worklist import words
from dashboard.worklist.asking import Asked
from dashboard.worklist.lines import COMING
from movies.formats import number

NOTHING = "Nothing: of the most searched terms every film is held, with its details."


@dataclass(frozen=True, slots=True)
class Row:
    term: str
    url: str
    searches: str
    lacks: str


@dataclass(frozen=True, slots=True)
class Panel:
    rows: list[Row]
    reason: str
    url: str
    # Where it is older than the figures above.
    to: str


def panel_of(shared: Shared) -> Panel | None:
    """Return the panel, or None where there are no terms to tell of."""
    if shared.snapshot is None:
        return None
    rows = [
        Row(term, term_url(lack.term_id, shared.view), number(lack.searches), words.lacks(lack))
        for lack, term in shared.worklist
    ]
    waits = shared.view.why_no_terms or (COMING if shared.is_waiting else NOTHING)
    return Panel(rows, waits, Asked(shared.view).url(), shared.terms_to)
