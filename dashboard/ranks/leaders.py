"""The most searched terms of any period, exact and without reading its whole long tail.

Most rows of TermDay are of terms searched once that day. Those of BUSY searches and more have an
index of their own, a thirtieth of the table, and name the candidates; then a bound proves that
no other term can be among the first. Where it does not, the whole period is summed.

Terms that are merged count nothing for themselves: their families are always among the candidates,
with exact sums.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.db import connection

from dashboard.models import BUSY, EMPTY
from dashboard.periods import View
from dashboard.ranks import families

type Measure = Literal["searches", "nothing_found"]

# Enough that the last candidate is far from the rows that are asked for.
CANDIDATES = 100
CANDIDATES_A_ROW = 4
LEAST: dict[Measure, int] = {"searches": BUSY, "nothing_found": EMPTY}
MERGED = "SELECT {} FROM movies_searchterm WHERE canonical_id IS NOT NULL"
MEMBERS = f"{MERGED.format('id')} UNION {MERGED.format('canonical_id')}"


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
    alone = _sums(view, measure, f"AND term_id NOT IN ({MEMBERS})", [], limit)
    return Leaders(_first(alone, _families(view, measure), measure, limit), is_proven=False)


def proven(view: View, measure: Measure, limit: int) -> tuple[Leader, ...] | None:
    """Return the same where the bound proves them; None where it takes reading the whole period.

    Costs little however long the tail is: for pages, which cannot wait.
    """
    candidates = _candidates(view, measure, max(CANDIDATES, CANDIDATES_A_ROW * limit))
    found = _first(
        _of_candidates(view, measure, candidates.term_ids, limit),
        _families(view, measure),
        measure,
        limit,
    )
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


def _of_candidates(view: View, measure: Measure, term_ids: list[int], limit: int) -> list[Leader]:
    """Return the exact sums of the first candidates that stand alone, read through (term, day)."""
    if not term_ids:
        return []
    chosen = ", ".join(["%s"] * len(term_ids))
    only = f"AND term_id IN ({chosen}) AND term_id NOT IN ({MEMBERS})"
    return _sums(view, measure, only, term_ids, limit)


def _families(view: View, measure: Measure) -> list[Leader]:
    known = families.read()
    if not known.root_of:
        return []
    rows = _sums(view, measure, f"AND term_id IN ({MEMBERS})", [], len(known.root_of))
    return families.added_up((row for row in rows if row.term_id in known.root_of), known)


def _first(
    alone: list[Leader], of_families: list[Leader], measure: Measure, limit: int
) -> tuple[Leader, ...]:
    def order(row: Leader) -> tuple[int, int]:
        return -getattr(row, measure), row.term_id

    return tuple(sorted([*alone, *of_families], key=order)[:limit])


def _sums(view: View, measure: Measure, only: str, params: list[int], limit: int) -> list[Leader]:
    """Return the first by exact sums of the terms that `only` leaves."""
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
        cursor.execute(sql, [view.first, view.last, *params, limit])
        return [Leader(*(int(value) for value in row)) for row in cursor.fetchall()]


def _column(measure: str, view: View) -> str:
    return f"({measure} + left_out_{measure})" if view.everyone else measure
