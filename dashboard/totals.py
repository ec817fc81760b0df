"""The rows of the totals that a view needs, and what they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Self

from django.db.models import DateField, Func, Q, Subquery

from dashboard.days import end_of, site_date, start_of
from dashboard.models import DayTotals, HourTotals
from dashboard.periods import View
from dashboard.rollup.counting import sides


# Not frozen, for a year is more than a thousand of them, and freezing takes eight times as long as
# writing them.
@dataclass(slots=True, unsafe_hash=True)
class Counts:
    """Searches of a stretch of time, by measure and by outcome, and their films; all add up."""

    searches: int = 0
    from_cache: int = 0
    nothing_found: int = 0
    not_answered: int = 0
    first_time: int = 0
    cached: int = 0
    fetched: int = 0
    nothing_new: int = 0
    not_found: int = 0
    too_many: int = 0
    over_budget: int = 0
    refused: int = 0
    failed: int = 0
    films_returned: int = 0
    new_films: int = 0

    @property
    def asked(self) -> int:
        """Return the searches that showed films for which OMDb was asked."""
        return self.searches - self.from_cache - self.nothing_found - self.not_answered

    @property
    def answered(self) -> int:
        return self.searches - self.not_answered

    def __add__(self, other: Self) -> "Counts":
        return total_of((self, other))


# So many days before its end tell what is usual for a period.
USUAL = timedelta(days=28)
MEASURES = tuple(one.name for one in fields(Counts))
_measures_of = attrgetter(*MEASURES)


def total_of(counts: Iterable[Counts]) -> Counts:
    """Return the sum of any number of counts."""
    # All of a measure at once: a year of days is added up in a tenth of the time.
    return Counts(*map(sum, zip(*map(_measures_of, counts), strict=True)))


@dataclass(slots=True)
class Day:
    counts: Counts = field(default_factory=Counts)
    left_out: int = 0
    searchers: int = 0


class ViewTotals:
    """The rows that a view needs, read in two queries."""

    # Earlier days are known no more; those of the whole site are kept for ever.
    kept_from = date.min

    def __init__(self, view: View, figures_to: datetime) -> None:
        self.view = view
        self.figures_to = figures_to
        self.sides = sides(view.everyone)
        self.first_day: date | None = None
        self.days = self._read_days()
        self.hours = self._read_hours()

    def of_day(self, day: date) -> Day:
        return self.days.get(day) or Day()

    def of_days(self, days: Sequence[date]) -> Counts:
        if len(days) == 1:
            return self.of_day(days[0]).counts
        return total_of(self.of_day(day).counts for day in days)

    def of_hours(self, hours: Sequence[datetime]) -> Counts:
        if len(hours) == 1:
            return self.hours.get(hours[0]) or Counts()
        return total_of(self.hours.get(hour) or Counts() for hour in hours)

    def _read_days(self) -> dict[date, Day]:
        view = self.view
        wanted = Q(day__range=(view.first, view.last))
        if view.before:
            # And the period before that, for what had changed by then.
            wanted |= Q(day__range=(view.before - view.shift, view.before_last))
        # What is usual, however short the period is.
        wanted |= Q(day__range=(view.last - USUAL, view.last))
        # The first of all is read with the others, not by a query of its own.
        counted = DayTotals.objects.filter(left_out__in=self.sides, searches__gt=0).order_by()
        wanted |= Q(
            day=Subquery(
                counted.values(first=Func("day", function="MIN", output_field=DateField()))
            )
        )
        found: dict[date, Day] = {}
        rows = DayTotals.objects.filter(wanted).order_by("day")
        for day, left_out, searchers, *measures in rows.values_list(
            "day", "left_out", "searchers", *MEASURES
        ):
            row, counts = found.setdefault(day, Day()), Counts(*measures)
            if left_out:
                row.left_out = counts.searches
            if left_out in self.sides:
                # What was hidden leaves days without a search.
                self.first_day = self.first_day or (day if counts.searches else None)
                row.counts = row.counts + counts if row.counts.searches else counts
                row.searchers += searchers
        return found

    def _read_hours(self) -> dict[datetime, Counts]:
        view = self.view
        if view.grain == "hour":
            days = [(view.first, view.last)]
        elif self.running_day:
            days = [(self.running_day, self.running_day)]
        else:
            return {}
        if view.before:
            days += [(first - view.shift, last - view.shift) for first, last in days]
        wanted = Q()
        for first, last in days:
            wanted |= Q(hour__gte=start_of(first), hour__lt=end_of(last))
        found: dict[datetime, Counts] = {}
        rows = HourTotals.objects.filter(wanted, left_out__in=self.sides)
        for hour, *measures in rows.values_list("hour", *MEASURES):
            counts = Counts(*measures)
            found[hour] = found[hour] + counts if hour in found else counts
        return found

    @property
    def running_day(self) -> date | None:
        """Return the day that the figures end in; None if the whole period is over by then."""
        if self.figures_to >= end_of(self.view.last):
            return None
        return max(site_date(self.figures_to), self.view.first)
