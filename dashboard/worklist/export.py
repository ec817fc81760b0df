"""The worklist as rows of CSV."""

from collections.abc import Generator, Sequence
from itertools import batched

from dashboard.worklist import reading
from dashboard.worklist.lacking import Lack
from movies.csv_safe import Cell

HEADINGS = (
    "Term",
    "Searches",
    "Films held",
    "Films OMDb counts",
    "Films missing",
    "Films without details",
    "OMDb calls to fetch the rest",
)
CHUNK = 100


def rows(lacks: Sequence[Lack]) -> Generator[Sequence[Cell]]:
    """Yield a line of headings and one a term, as the terms are now."""
    yield HEADINGS
    for part in batched(lacks, CHUNK):
        for one in reading.as_they_are(reading.demand_of(part)):
            calls = one.calls if one.missing != 0 else 0
            yield (one.term, one.searches, one.held, one.total, one.missing, one.bare, calls)
