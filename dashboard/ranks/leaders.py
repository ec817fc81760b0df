"""The most searched terms of any period, exact and without reading its whole long tail.

Most rows of TermDay are of terms searched once that day. Those of BUSY searches and more have an
index of their own, a thirtieth of the table, and name the candidates; then a bound proves that
no other term can be among the first. Where it does not, the whole period is summed.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.db import connection

from dashboard.models import BUSY, EMPTY
from dashboard.periods import View

type Measure = Literal["searches", "nothing_found"]

# Enough that the last candidate is far from the rows that are asked for.
CANDIDATES = 100
CANDIDATES_A_ROW = 4
LEAST: dict[Measure, int] = {"searches": BUSY, "nothing_found": EMPTY}


class Leader(NamedTuple):
    """The sums of one term over a period."""

    term_id: int
    searches: int
    nothing_found: int
    first_time: int


@dataclass(frozen=True, slots=True)
class Leaders:
    rows: tuple[Leader, ...]
    # Whether the bound proved them; otherwise the whole period was summed.
    is_proven: bool


def top(view: View, measure: Measure, limit: int) -> Leaders:
    """Return the terms with the most of a measure, most first, ties by id; none without any."""
    found = proven(view, measure, limit)
    if found is not None:
        return Leaders(found, is_proven=True)
    return Leaders(_sums(view, measure, limit), is_proven=False)


def proven(view: View, measure: Measure, limit: int) -> tuple[Leader, ...] | None:
    """Return the same where the bound proves them; None where it takes reading the whole period.

    Costs little however long the tail is: for pages, which cannot wait.
    """
    candidates = _candidates(view, measure, max(CANDIDATES, CANDIDATES_A_ROW * limit))
    chosen = ", ".join(["%s"] * len(candidates.term_ids))
    found = _sums(view, measure, limit, f"AND term_id IN ({chosen})", candidates.term_ids)
    # Above, not equal to: of terms with the same count the lower id goes first.
    if len(found) == limit and getattr(found[-1], measure) > candidates.others_at_most:
        return found
    return None


class _Candidates(NamedTuple):
    term_ids: list[int]
    # No other term has more.
    others_at_most: int


def _candidates(view: View, measure: Measure, most: int) -> _Candidates:
    """Return the terms that have the most in the rows of the measure's partial index.

    Raw SQL, for the condition must stand there as in the index, with its number: SQLite does not
    see that a parameter is the same.
    """
    least = LEAST[measure]
    sql = f"""
        SELECT term_id, SUM({_column(measure, view)}) AS counted
        FROM dashboard_termday
        WHERE day BETWEEN %s AND %s AND ({measure} >= {least} OR left_out_{measure} >= {least})
        GROUP BY term_id
        ORDER BY counted DESC, term_id
        LIMIT %s
    """  # noqa: S608 - a measure is a literal
    with connection.cursor() as cursor:
        cursor.execute(sql, [view.first, view.last, most])
        rows = cursor.fetchall()
    # On a day on which a term has no row there, each column is below the least.
    unseen = (least - 1) * view.days * (2 if view.everyone else 1)
    # Of a candidate that was left out, no more was seen than of the last one taken.
    seen = int(rows[-1][1]) if len(rows) == most else 0
    return _Candidates([term_id for term_id, _ in rows], seen + unseen)


def _sums(
    view: View, measure: Measure, limit: int, only: str = "", term_ids: list[int] | None = None
) -> tuple[Leader, ...]:
    """Return the first by exact sums; of the terms that `only` names through (term, day)."""
    if only and not term_ids:
        return ()
    columns = ", ".join(f"SUM({_column(name, view)}) AS {name}" for name in Leader._fields[1:])
    sql = f"""
        SELECT term_id, {columns}
        FROM dashboard_termday
        WHERE day BETWEEN %s AND %s {only}
        GROUP BY term_id
        HAVING SUM({_column(measure, view)}) > 0
        ORDER BY SUM({_column(measure, view)}) DESC, term_id
        LIMIT %s
    """  # noqa: S608 - names of columns, not of people
    with connection.cursor() as cursor:
        cursor.execute(sql, [view.first, view.last, *(term_ids or ()), limit])
        return tuple(Leader(*(int(value) for value in row)) for row in cursor.fetchall())


def _column(measure: str, view: View) -> str:
    return f"({measure} + left_out_{measure})" if view.everyone else measure
