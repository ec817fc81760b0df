"""The worklist as rows of CSV and as JSON."""

from collections.abc import Generator, Sequence
from itertools import batched
from typing import Any

from dashboard.files.export_figures import started
from dashboard.worklist import reading
from dashboard.worklist.asking import Asked
from dashboard.worklist.lacking import Lack
from dashboard.worklist.reading import Listed
from movies.csv_safe import Cell

# What is told of a term: how it is called in JSON, and in CSV.
TOLD = {
    "term": "Term",
    "searches": "Searches",
    "held": "Films held",
    "results": "Films OMDb counts",
    "missing": "Films missing",
    "without_details": "Films without details",
    "calls": "OMDb calls to fetch the rest",
}
CHUNK = 100


def rows(lacks: Sequence[Lack]) -> Generator[Sequence[Cell]]:
    """Yield a line of headings and one a term, as the terms are now."""
    yield tuple(TOLD.values())
    yield from _cells(lacks)


def as_json(asked: Asked, listed: Listed) -> dict[str, Any]:
    """Return all rows that the address asks for; `figures_to` is None until there are any."""
    lacks = listed.chosen(asked.kind, asked.minimum)
    return {
        "view": {"from": asked.view.first, "to": asked.view.last},
        "lacks": asked.kind,
        "minimum": asked.minimum,
        "figures_to": listed.figures_to and started(listed.figures_to),
        "terms": [dict(zip(TOLD, cells, strict=True)) for cells in _cells(lacks)],
    }


def _cells(lacks: Sequence[Lack]) -> Generator[Sequence[Cell]]:
    for part in batched(lacks, CHUNK):
        for one in reading.as_they_are(reading.demand_of(part)):
            calls = one.calls if one.missing != 0 else 0
            yield (one.term, one.searches, one.held, one.total, one.missing, one.bare, calls)
