"""The rows that the searches of one site day make of each read model, as queries."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

from django.db.models import Case, Count, DateTimeField, F, Model, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from dashboard.days import end_of, hours_of, start_of
from dashboard.models import ActorDay, DayTotals, HourTotals, TermDay
from dashboard.rollup.counting import FILMS, MEASURES, OUTCOMES, classified
from movies.models import Search, SearchTerm

type Units = Sequence[Any] | None

TOTALS: dict[str, Q | F] = {**MEASURES, **OUTCOMES, **FILMS}
PEOPLE = ("terms", "searchers")


class Row(NamedTuple):
    """A row that differs: its key without the day, and its measures as they are and should be."""

    key: tuple[Any, ...]
    stored: tuple[int, ...]
    counted: tuple[int, ...]


class Table(ABC):
    """A read model; `units` narrow a question down to some of its rows of a day."""

    model: ClassVar[type[Model]]
    # The primary key without the day; its first part is the unit.
    keys: ClassVar[tuple[str, ...]]
    # Which searches each measure counts, or what it adds up of them.
    measures: ClassVar[Mapping[str, Q | F]]

    def pk(self, day: date, key: tuple[Any, ...]) -> tuple[Any, ...]:
        return (day, *key)

    @abstractmethod
    def name_of(self, key: tuple[Any, ...]) -> str:
        """Return what a person calls the row of this key, within its day."""

    def stored(self, day: date, units: Units = None) -> QuerySet[Any]:
        """Return the rows there are: their keys, then their measures."""
        rows: QuerySet[Any] = self.model._default_manager.filter(day=day)
        return self._narrowed(rows, units).values_list(*self.keys, *self.measures)

    def counted(self, day: date, units: Units = None) -> list[QuerySet[Any]]:
        """Return what makes the rows there should be; those with the same key add up."""
        searches = _searches(start_of(day), end_of(day))
        return [self._added_up(self._narrowed(searches, units))]

    def write(self, day: date, rows: Sequence[Row]) -> None:
        """Make rows of a day what they should be."""
        there = [row for row in rows if any(row.counted)]
        gone = [self.pk(day, row.key) for row in rows if not any(row.counted)]
        manager = self.model._default_manager
        manager.bulk_create(
            [self._instance(day, row) for row in there],
            update_conflicts=True,
            unique_fields=[field.name for field in self.model._meta.pk_fields],
            update_fields=list(self.measures),
        )
        manager.filter(pk__in=gone).delete()

    def _instance(self, day: date, row: Row) -> Model:
        counted = zip(self.measures, row.counted, strict=True)
        return self.model(pk=self.pk(day, row.key), **dict(counted))

    def _narrowed(self, rows: QuerySet[Any], units: Units) -> QuerySet[Any]:
        return rows if units is None else rows.filter(**{f"{self.keys[0]}__in": units})

    def _added_up(self, searches: QuerySet[Any]) -> QuerySet[Any]:
        counts = {
            name: Sum(which) if isinstance(which, F) else Count("pk", filter=which)
            for name, which in self.measures.items()
        }
        by_key: QuerySet[Any] = searches.order_by().values(*self.keys).annotate(**counts)
        return by_key.values_list(*self.keys, *counts)


def _searches(start: datetime, end: datetime) -> QuerySet[Any]:
    made = Search.objects.filter(counted=True, created_at__gte=start, created_at__lt=end)
    return classified(made)


def _by_side(measures: Mapping[str, Q]) -> dict[str, Q]:
    shown = {name: which & Q(left_out=False) for name, which in measures.items()}
    others = {f"left_out_{name}": which & Q(left_out=True) for name, which in measures.items()}
    return shown | others


class Terms(Table):
    model = TermDay
    keys = ("term_id",)
    measures = _by_side(MEASURES)

    def name_of(self, key: tuple[Any, ...]) -> str:
        return f"'{SearchTerm.objects.get(pk=key[0])}'"


class Roots(Terms):
    """What the terms of a day are merged into, which is counted from the terms themselves."""

    measures: ClassVar[dict[str, Q]] = {"root": Q()}

    def stored(self, day: date, units: Units = None) -> QuerySet[Any]:
        rows = self._narrowed(TermDay.objects.filter(day=day), units)
        return rows.values_list("term_id", Coalesce("root_id", 0))

    def counted(self, day: date, units: Units = None) -> list[QuerySet[Any]]:
        merged = TermDay.objects.filter(day=day, term__canonical__isnull=False)
        rows = self._narrowed(merged, units).annotate(of=F("term__canonical_id"))
        return [rows.values_list("term_id", "of")]

    def write(self, day: date, rows: Sequence[Row]) -> None:
        for row in rows:
            of_term = TermDay.objects.filter(pk=self.pk(day, row.key))
            of_term.update(root=row.counted[0] or None)


class Actors(Table):
    model = ActorDay
    keys = ("actor",)
    measures = _by_side({"searches": Q()})

    def name_of(self, key: tuple[Any, ...]) -> str:
        return f"searcher {key[0]}"

    def counted(self, day: date, units: Units = None) -> list[QuerySet[Any]]:
        return [rows.exclude(actor="") for rows in super().counted(day, units)]


class Hours(Table):
    model = HourTotals
    keys = ("hour", "left_out")
    measures = TOTALS

    def pk(self, day: date, key: tuple[Any, ...]) -> tuple[Any, ...]:
        return key

    def name_of(self, key: tuple[Any, ...]) -> str:
        hour = timezone.localtime(key[0], timezone.get_default_timezone())
        return f"{hour:%H:%M %Z}{_side(key)}"

    def stored(self, day: date, units: Units = None) -> QuerySet[Any]:
        rows = HourTotals.objects.filter(hour__gte=start_of(day), hour__lt=end_of(day))
        return self._narrowed(rows, units).values_list(*self.keys, *self.measures)

    def counted(self, day: date, units: Units = None) -> list[QuerySet[Any]]:
        # In one pass: each statement of its own would take longer to build than to run.
        hours = pairwise([*hours_of(day), end_of(day)])
        hour = Case(
            *(When(created_at__lt=end, then=Value(hour, DateTimeField())) for hour, end in hours),
            output_field=DateTimeField(),
        )
        searches = _searches(start_of(day), end_of(day)).annotate(hour=hour)
        return [self._added_up(self._narrowed(searches, units))]


class Days(Table):
    """The only one that is counted from other read models, so repaired after them."""

    model = DayTotals
    keys = ("left_out",)
    measures = dict.fromkeys((*TOTALS, *PEOPLE), Q())

    def name_of(self, key: tuple[Any, ...]) -> str:
        return f"the whole day{_side(key)}"

    def counted(self, day: date, units: Units = None) -> list[QuerySet[Any]]:
        no_people = [Value(0) for _ in PEOPLE]
        hours = HourTotals.objects.filter(hour__gte=start_of(day), hour__lt=end_of(day))
        terms = _found_on(TermDay, day).values_list("left_out", *_nothing(), "found", Value(0))
        actors = _found_on(ActorDay, day).values_list("left_out", *_nothing(), Value(0), "found")
        return [hours.values_list("left_out", *TOTALS, *no_people), terms, actors]


def _side(key: tuple[Any, ...]) -> str:
    return ", left out" if key[-1] else ""


def _nothing() -> list[Value]:
    return [Value(0) for _ in TOTALS]


def _found_on(model: type[TermDay | ActorDay], day: date) -> QuerySet[Any]:
    """Return how many a day has, and how many that only those left out have."""
    searched = Q(searches__gt=0) | Q(left_out_searches__gt=0)
    only_left_out = Case(When(searches=0, then=Value(True)), default=Value(False))
    rows = model._default_manager.filter(searched, day=day).annotate(left_out=only_left_out)
    return rows.values("left_out").annotate(found=Count("day"))


TERMS, ROOTS, ACTORS, HOURS, DAYS = Terms(), Roots(), Actors(), Hours(), Days()
# In the order in which they are repaired: the later ones are counted from the earlier.
TABLES = (HOURS, TERMS, ROOTS, ACTORS, DAYS)
