"""What happened beside the searches: the marks of a chart, from rows that tell of it.

All sources are read by one statement, however long the period is.
"""

import json

from django.contrib.auth.models import User

from dashboard.days import end_of, start_of
from dashboard.front.mark_sources import SOURCES, Mark, Scope, Source
from dashboard.periods import View

# The newest of a period; each bucket has one flag, however many these are.
MOST = 1000


def read(view: View, reader: User, term_id: int | None = None) -> list[Mark]:
    """Return the newest marks of a view, oldest first; of one term only what concerns it."""
    scope = Scope(start_of(view.first), end_of(view.last), term_id)
    shown = [source.rows(scope) for source in SOURCES if reader.has_perm(source.permission)]
    if not shown:
        return []
    found = shown[0].union(*shown[1:], all=True).order_by("-first")[:MOST]
    marks = [Mark(**row) for row in found]
    return [mark for mark in reversed(marks) if _concerns(mark, term_id)]


def source_of(mark: Mark) -> Source:
    return next(source for source in SOURCES if mark.sort in source.many)


def _concerns(mark: Mark, term_id: int | None) -> bool:
    """Return whether a mark is about everything, or about this term."""
    return term_id is None or not mark.about or term_id in json.loads(mark.about)
