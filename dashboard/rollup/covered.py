"""The days whose searches are all still there; only of these can the figures be checked.

Days that began before retention removed searches are frozen: their figures are the source.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import Min

from dashboard.days import ONE_DAY, site_date, start_of
from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, TermDay
from movies.models import Search


class OtherTimeZone(Exception):
    """The figures are of the days of another time zone than this process has."""

    def __init__(self, roll_up: RollUp) -> None:
        super().__init__(
            f"The figures are of the days of {roll_up.time_zone}, "
            f"but TIME_ZONE is {settings.TIME_ZONE}. "
            "Give all machines the same TIME_ZONE, then run: manage.py roll_up"
        )


def covers(roll_up: RollUp, day: date) -> bool:
    """Return whether all searches of a site day are there; raise OtherTimeZone."""
    _check_time_zone(roll_up)
    return roll_up.raw_from is None or start_of(day) >= roll_up.raw_from


def _check_time_zone(roll_up: RollUp) -> None:
    if roll_up.time_zone != settings.TIME_ZONE:
        raise OtherTimeZone(roll_up)


def first_covered(raw_from: datetime) -> date:
    """Return the first site day that begins at this moment or later."""
    day = site_date(raw_from)
    return day if start_of(day) == raw_from else day + ONE_DAY


def covered_days(roll_up: RollUp, after: date | None = None) -> Iterator[date]:
    """Yield the covered days after one that hold searches or figures; raise OtherTimeZone.

    A clock that once was wrong by years costs nothing: days with nothing in them are skipped.
    """
    _check_time_zone(roll_up)
    bounds = [after + ONE_DAY] if after else []
    if roll_up.raw_from:
        bounds.append(first_covered(roll_up.raw_from))
    first = max(bounds, default=date.min)
    while (day := _next_day(first)) is not None:
        yield day
        first = day + ONE_DAY


def _next_day(first: date) -> date | None:
    """Return the first day, from this one on, of which there is anything in any table."""
    moment = datetime.min.replace(tzinfo=UTC) if first == date.min else start_of(first)
    searched = Search.objects.filter(created_at__gte=moment).aggregate(Min("created_at"))
    hours = HourTotals.objects.filter(hour__gte=moment).aggregate(Min("hour"))
    found = [site_date(one) for one in (*searched.values(), *hours.values()) if one]
    for model in (DayTotals, TermDay, ActorDay):
        days = model._default_manager.filter(day__gte=first).aggregate(Min("day"))
        found += [day for day in days.values() if day]
    return min(found, default=None)
