"""A site with a rhythm, as its hours tell it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from django.conf import settings

from dashboard.alerts.hours import Hours
from dashboard.days import hour_of, site_date
from dashboard.models import HourTotals, RollUp, TaskHour
from dashboard.models.flow import RAN, WAITED
from dashboard.totals import Counts

# A Friday, 20:35 in Berlin.
NOW = datetime(2026, 11, 27, 19, 35, tzinfo=UTC)
HOUR = timedelta(hours=1)
THIS_HOUR = NOW - timedelta(minutes=35)
WEEKS = 9 * 7 * 24

type Rate = Callable[[datetime], int]


def steady(count: int) -> Rate:
    return lambda hour: count


def before(hours: int = WEEKS, now: datetime = NOW) -> list[datetime]:
    """Return so many hours before the running one, oldest first."""
    return [hour_of(now) - HOUR * back for back in reversed(range(1, hours + 1))]


def counted(searches: int, **facts: int) -> Counts:
    return Counts(searches=searches, **facts)


def hours_of(
    counts: dict[datetime, Counts], now: datetime = NOW, worked: Iterable[datetime] | None = None
) -> Hours:
    found = {hour: one for hour, one in counts.items() if one.searches}
    ran = before(now=now) if worked is None else worked
    return Hours(now, found, frozenset(map(site_date, found)), frozenset(ran))


def history(rate: Rate, hours: int = WEEKS, now: datetime = NOW) -> dict[datetime, Counts]:
    return {hour: counted(rate(hour)) for hour in before(hours, now)}


def store(counts: dict[datetime, Counts], now: datetime = NOW) -> None:
    """Write the hours as the roll-up does, and that workers ran in the last two days."""
    HourTotals.objects.all().delete()
    rows = [
        HourTotals(hour=hour, left_out=False, **asdict(one))
        for hour, one in counts.items()
        if one.searches
    ]
    HourTotals.objects.bulk_create(rows)
    go_on(now)


def go_on(now: datetime) -> None:
    """Let it be later, with figures to then, and workers that ran all the time."""
    facts = {"figures_to": now, "time_zone": settings.TIME_ZONE}
    RollUp.objects.update_or_create(pk=1, defaults=facts)
    TaskHour.objects.all().delete()
    # Without defaults of the database, of which each is an expression.
    zeros = dict.fromkeys((*WAITED, *RAN), 0)
    hours = [*before(47, now), hour_of(now)]
    TaskHour.objects.bulk_create(
        TaskHour(hour=hour, task="tick", runs=1, failures=0, **zeros) for hour in hours
    )
