"""What a term table says of a term beside its counts, read when the page is."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, DateTimeField, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from dashboard.days import ONE_HOUR, start_of
from dashboard.models import TermDay
from dashboard.ranks import families
from dashboard.ranks.boards import Entry, Table, TermRow, counted
from dashboard.ranks.term_sums import count
from dashboard.rollup.counting import counted_of
from movies.models import Hit, Search, SearchTerm

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
    # The last day it was searched on, which is known for longer.
    last_day: date | None = None
    # The texts of what is merged into it, by which it is found as well.
    variants: tuple[str, ...] = ()


def matching(needle: str, most: int) -> list[int] | None:
    """Return the terms that have a text in them; None if they are more than `most`.

    In place of one that is merged, what it is merged into.
    """
    found = SearchTerm.objects.filter(term__contains=needle).order_by()
    pks = list(found.values_list(Coalesce("canonical_id", "pk"), flat=True)[: most + 1])
    return pks if len(pks) <= most else None


def has(facts: Facts | TermRow, needle: str) -> bool:
    return any(needle in text for text in (facts.term, *facts.variants))


def names(term_ids: Collection[int]) -> dict[int, Facts]:
    """Return the terms' texts and results alone, which costs little even for a thousand."""
    rows = _with_variants(term_ids).values_list("pk", "canonical_id", "term", "total_results")
    return _of_families(
        term_ids, ((pk, root, Facts(text, total)) for pk, root, text, total in rows)
    )


def _with_variants(term_ids: Collection[int]) -> "QuerySet[SearchTerm]":
    wanted = Q(pk__in=term_ids) | Q(canonical__in=term_ids)
    return SearchTerm.objects.filter(wanted).order_by("pk")


def _of_families(
    term_ids: Collection[int], rows: Iterable[tuple[int, int | None, Facts]]
) -> dict[int, Facts]:
    """Return the facts of each term, with those of what is merged into it."""
    found: dict[int, Facts] = {}
    variants: defaultdict[int, list[Facts]] = defaultdict(list)
    for pk, root, facts in rows:
        found[pk] = facts
        if root:
            variants[root].append(facts)
    for root in variants.keys() & found.keys():
        own = found[root]
        family = (own, *variants[root])
        found[root] = own._replace(
            variants=tuple(facts.term for facts in variants[root]),
            last_searched=max(filter(None, (one.last_searched for one in family)), default=None),
            last_day=max(filter(None, (one.last_day for one in family)), default=None),
        )
    return {pk: found[pk] for pk in found.keys() & set(term_ids)}


def rows_of(
    table: Table, of: int, places: Iterable[tuple[int | None, Entry]], facts: Mapping[int, Facts]
) -> tuple[TermRow, ...]:
    """Return a row for each rank and entry; a term that was erased since has none."""
    return tuple(
        TermRow(
            rank=rank,
            share=counted(table, entry) / max(1, of),
            **entry._asdict(),
            **facts[entry.term_id]._asdict(),
        )
        for rank, entry in places
        if entry.term_id in facts
    )


def details(term_ids: Collection[int], *, everyone: bool) -> dict[int, Facts]:
    """Return all facts; a search by staff or bots is the last one only if `everyone` counts.

    Films are those of the term itself; the last search may be of one that is merged into it.
    """
    held = Hit.objects.filter(term=OuterRef("pk")).order_by().values("term")
    rows = _with_variants(term_ids).annotate(
        held=Coalesce(Subquery(held.annotate(films=Count("pk")).values("films")), 0),
        # Not by MAX: a term that everybody looks for has a million searches, and the index
        # knows the last of them.
        last=Subquery(_searches(everyone=everyone).values("created_at")[:1]),
        last_day=_last_day(OuterRef("pk"), everyone=everyone),
    )
    found = rows.values_list(
        "pk", "canonical_id", "term", "total_results", "held", "last", "last_day"
    )
    return _of_families(term_ids, ((pk, root, Facts(*facts)) for pk, root, *facts in found))


def _searches(*, everyone: bool) -> "QuerySet[Search]":
    """Return the searches of a term's last day that has any, the newest first.

    Only of that day: where bots came later, hundreds of thousands may be newer.
    """
    last = _last_day(OuterRef(OuterRef("pk")), everyone=everyone)
    first_hour, last_hour = _hours_of_a_day()
    searches = Search.objects.filter(
        term=OuterRef("pk"),
        created_at__gte=_HoursAfter(last, hours=first_hour),
        created_at__lt=_HoursAfter(last, hours=last_hour),
    )
    return counted_of(searches.order_by("-created_at"), everyone=everyone)


def _last_day(term: OuterRef, *, everyone: bool) -> Subquery:
    days = TermDay.objects.filter(term=term).order_by("-day")
    return Subquery((days if everyone else days.filter(searches__gt=0)).values("day")[:1])


def _hours_of_a_day() -> tuple[int, int]:
    """Return within which hours of a UTC day, from its midnight, every day of the site is.

    Not to the minute, for clocks are put forward and back: what is searched for is the last in
    there, and an hour more does not hide it.
    """
    year = timezone.now().year
    midnights = [datetime(year, month, 1, tzinfo=UTC) for month in (1, 7)]
    begins = [(start_of(midnight.date()) - midnight) / ONE_HOUR for midnight in midnights]
    return math.floor(min(begins)) - 1, math.ceil(max(begins)) + 25


class _HoursAfter(Func):
    """The moment so many hours after a date began in UTC."""

    output_field = DateTimeField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        template = "datetime(%(expressions)s, '%(hours)+d hours')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        template = "((%(expressions)s + INTERVAL '%(hours)d hours') AT TIME ZONE 'UTC')"
        return self.as_sql(compiler, connection, template=template, **context)


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
    rows = TermDay.objects.filter(families.days_of(term_ids), day__gte=first, day__lte=last)
    counted = rows.annotate(counted=count(measure, everyone=everyone)).order_by()
    for term_id, root_id, day, counts in counted.values_list(
        "term_id", "root_id", "day", "counted"
    ):
        for pk in points.keys() & {term_id, root_id}:
            points[pk][size - 1 - (last - day).days // width] += counts
    return {term_id: tuple(counts) for term_id, counts in points.items()}


def _days_a_point(days: int) -> int:
    if days <= POINTS:
        return 1
    return WEEK * -(-days // (WEEK * POINTS))
