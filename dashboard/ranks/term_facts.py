"""What a term table says of a term beside its counts, read when the page is."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dashboard.models import TermDay
from dashboard.ranks.term_sums import count
from movies.models import Hit, Origin, Search, SearchTerm

# Points of a sparkline: a month by day; longer periods by the week, or several.
POINTS = 31
WEEK = 7


class Facts(NamedTuple):
    term: str
    # OMDb's count of its films.
    results: int | None
    # Of those, the films that are here; None where it was not looked up.
    held: int | None = None
    # The last of its searches that are kept.
    last_searched: datetime | None = None


def names(term_ids: Collection[int]) -> dict[int, Facts]:
    """Return the terms' texts and results alone, which costs little even for a thousand."""
    rows = SearchTerm.objects.filter(pk__in=term_ids).values_list("pk", "term", "total_results")
    return {pk: Facts(term, results) for pk, term, results in rows.order_by()}


def details(term_ids: Collection[int], *, everyone: bool) -> dict[int, Facts]:
    """Return all facts; a search by staff or bots is the last one only if `everyone` counts."""
    held = Hit.objects.filter(term=OuterRef("pk")).order_by().values("term")
    rows = SearchTerm.objects.filter(pk__in=term_ids).annotate(
        held=Coalesce(Subquery(held.annotate(films=Count("pk")).values("films")), 0),
        # Not by MAX: a term that everybody looks for has a million searches, and the index
        # knows the last of them.
        last=Subquery(_searches(everyone=everyone).values("created_at")[:1]),
    )
    found = rows.order_by().values_list("pk", "term", "total_results", "held", "last")
    return {pk: Facts(*facts) for pk, *facts in found}


def _searches(*, everyone: bool) -> "QuerySet[Search]":
    searches = Search.objects.filter(term=OuterRef("pk")).order_by("-created_at")
    return searches if everyone else searches.filter(is_bot=False).exclude(origin=Origin.STAFF)


def sparks(
    term_ids: Collection[int], measure: str, days: tuple[date, date], *, everyone: bool
) -> dict[int, tuple[int, ...]]:
    """Return each term's counts from the first day to the last, at most POINTS of them.

    Points are of one day, or of as many weeks as it takes; the last one ends with the period,
    and the first may be shorter.
    """
    first, last = days
    width = _days_a_point((last - first).days + 1)
    size = (last - first).days // width + 1
    points = {term_id: [0] * size for term_id in term_ids}
    rows = TermDay.objects.filter(term__in=term_ids, day__gte=first, day__lte=last)
    counted = rows.annotate(counted=count(measure, everyone=everyone)).order_by()
    for term_id, day, counts in counted.values_list("term_id", "day", "counted"):
        points[term_id][size - 1 - (last - day).days // width] += counts
    return {term_id: tuple(counts) for term_id, counts in points.items()}


def _days_a_point(days: int) -> int:
    if days <= POINTS:
        return 1
    return WEEK * -(-days // (WEEK * POINTS))
