"""The hours that alarms are judged by: what was searched lately, and what is usual then.

Hours go by the site's clock, so that a day of 23 or 25 hours is compared with the same hours of
others. A clock that is changed still moves the rhythm of those who live by another one: what is
usual is told of the hour and of both its neighbours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from dashboard.days import ONE_DAY, ONE_HOUR, hour_of, site_date
from dashboard.front.spikes import Usual
from dashboard.models import HourTotals, RollUp, TaskHour
from dashboard.totals import MEASURES, Counts, total_of

WEEK = 7
# How many earlier weeks and days tell what is usual; older ones weigh next to nothing.
WEEKS = 8
DAYS = 14
# Fewer of them make no rhythm.
ENOUGH = 3
# Older figures tell nothing of now.
STALE = timedelta(minutes=30)
# Hours with work that are looked through for those without any.
HOURS_OF_WORK = 48
NEIGHBOURS = (-1, 0, 1)


def earlier(hour: datetime, days: int) -> datetime:
    """Return when the hour of the same clock began so many days before."""
    local = hour.astimezone(timezone.get_default_timezone())
    day = local.date() - ONE_DAY * days
    return datetime.combine(day, local.time(), tzinfo=local.tzinfo).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Hours:
    """The figures of the last weeks by hour, up to `now`; hours without a search have none.

    `days` are those with any search, and `worked` the hours in which workers ran, as far as they
    were looked through.
    """

    now: datetime
    counts: Mapping[datetime, Counts]
    days: frozenset[date]
    worked: frozenset[datetime]

    @property
    def running(self) -> datetime:
        return hour_of(self.now)

    def last(self, count: int) -> list[datetime]:
        """Return the last hours, of which the last one is not over yet."""
        return [self.running - ONE_HOUR * back for back in reversed(range(count))]

    def searches(self, hour: datetime) -> int:
        return self.counts[hour].searches if hour in self.counts else 0

    def sum(self, hours: Iterable[datetime]) -> Counts:
        return total_of([Counts(), *(self.counts[hour] for hour in hours if hour in self.counts)])

    def usual(self, hour: datetime) -> list[Usual]:
        """Return what is usual of an hour, by the week and by the day, and of its neighbours.

        Nothing while the site is too young to have a rhythm.
        """
        found = [
            self._series(hour + ONE_HOUR * beside, step, many)
            for beside in NEIGHBOURS
            for step, many in ((WEEK, WEEKS), (1, DAYS))
        ]
        return [] if min(map(len, found)) < ENOUGH else [learnt(series) for series in found]

    def _series(self, hour: datetime, step: int, many: int) -> list[int]:
        """Return the searches of the same hour on earlier days, oldest first.

        A day without any search tells nothing: the site was not there yet, or an import has not
        come so far.
        """
        hours = [earlier(hour, step * number) for number in reversed(range(1, many + 1))]
        return [self.searches(one) for one in hours if site_date(one) in self.days]


def learnt(values: list[int]) -> Usual:
    """Return what is usual after these values."""
    usual = Usual(values[0])
    for value in values[1:]:
        usual.learn(value)
    return usual


def read(now: datetime) -> Hours | None:
    """Return the hours in three statements; None while the figures do not tell of now.

    That is before the first search, while the roll-up is behind, and while hours are moved into
    another time zone.
    """
    roll_up = RollUp.objects.first()
    if roll_up is None or roll_up.figures_to is None:
        return None
    if roll_up.is_moving or abs(now - roll_up.figures_to) > STALE:
        return None
    since = hour_of(now) - ONE_DAY * (WEEK * WEEKS + 1)
    rows = HourTotals.objects.filter(hour__gte=since, left_out=False)
    counts = {hour: Counts(*measures) for hour, *measures in rows.values_list("hour", *MEASURES)}
    worked = TaskHour.objects.order_by("-hour").values_list("hour", flat=True).distinct()
    return Hours(
        now=roll_up.figures_to,
        counts=counts,
        days=frozenset(map(site_date, counts)),
        worked=frozenset(worked[:HOURS_OF_WORK]),
    )
