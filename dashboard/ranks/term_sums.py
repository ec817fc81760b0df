"""How often terms were searched over days, summed from the rows of a day and a term."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from dashboard.days import ONE_DAY
from dashboard.models import DayTotals, TermDay


class TermSums(NamedTuple):
    """A row of `by_term`; the last two are without the days that are not over."""

    term_id: int
    searches: int
    before: int
    nothing_found: int
    first_time: int
    whole: int
    whole_before: int


def count(measure: str, *, everyone: bool) -> Combinable:
    """Return a column of TermDay, with what staff and bots add to it if `everyone` counts."""
    return F(measure) + F(f"left_out_{measure}") if everyone else F(measure)


def sum_of(measure: str, first: date, last: date, *, everyone: bool) -> Sum:
    """Return the sum of a measure over days; 0 if there are none, or `last` is before `first`."""
    return Sum(
        count(measure, everyone=everyone), filter=Q(day__gte=first, day__lte=last), default=0
    )


def by_term(
    first: date, last: date, before: date | None, *, whole_last: date, everyone: bool
) -> "QuerySet[Any, tuple[int, ...]]":
    """Return one row a term that was searched in either period, in no order.

    Its columns are those of TermSums: compared is the period as long that begins `before`, and
    days are over up to `whole_last`. The periods may overlap: 400 days are compared with the same
    a year before.
    """
    days = Q(day__gte=first, day__lte=last)
    # Nothing compared is a period without a day.
    then, then_last = (before, before + (last - first)) if before else (last + ONE_DAY, last)
    if before:
        days |= Q(day__gte=then, day__lte=then_last)
    whole_then_last = then_last - (last - whole_last)
    sums = {
        "now": sum_of("searches", first, last, everyone=everyone),
        "then": sum_of("searches", then, then_last, everyone=everyone),
        "empty": sum_of("nothing_found", first, last, everyone=everyone),
        "firsts": sum_of("first_time", first, last, everyone=everyone),
        "whole": sum_of("searches", first, whole_last, everyone=everyone),
        "whole_then": sum_of("searches", then, whole_then_last, everyone=everyone),
    }
    rows = TermDay.objects.filter(days).order_by().values("term_id").annotate(**sums)
    return rows.values_list("term_id", *sums)


def of_days(measure: str, first: date, last: date, *, everyone: bool) -> int:
    """Return the sum of a measure over all terms, by the totals of the days."""
    rows = DayTotals.objects.filter(day__gte=first, day__lte=last)
    if not everyone:
        rows = rows.filter(left_out=False)
    found: int = rows.aggregate(sum=Sum(measure, default=0))["sum"]
    return found
