"""Days and hours of the site's clock, whatever zone the reader has."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
# No hour of a clock that is put forward or back is shorter.
_QUARTER = timedelta(minutes=15)


def site_date(moment: datetime) -> date:
    """Return the date it was in the site's zone."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def start_of(day: date) -> datetime:
    """Return the moment, in UTC, at which a site day begins; days of 23 and 25 hours come out."""
    began = datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
    return began.astimezone(UTC)


def end_of(day: date) -> datetime:
    return start_of(day + ONE_DAY)


def hour_of(moment: datetime) -> datetime:
    """Return the moment, in UTC, at which the hour of the site's clock began.

    Hours never cross midnight, not even in zones that are half an hour off, so that the hours
    of a day add up to it. The hour that a clock repeats in autumn is another hour.
    """
    local = moment.astimezone(timezone.get_default_timezone())
    return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def hours_of(day: date) -> list[datetime]:
    """Return the moments, in UTC, at which the hours of a site day begin: 24, or 23 or 25."""
    began, ended = start_of(day), end_of(day)
    # A page asks for hundreds of days, of which at most two a year are not as easy as this.
    if ended - began == ONE_DAY:
        return [began + ONE_HOUR * number for number in range(24)]
    quarters = (ended - began) // _QUARTER
    return sorted({hour_of(began + _QUARTER * number) for number in range(quarters)})


def partners_of(day: date, other: date) -> list[tuple[datetime, ...]]:
    """Return the hours of the other day that each hour of a day is compared with, by the clock.

    Each is compared with what the clock shows from its beginning to that of the next. So of an
    hour that is there twice the first has none, and the one before an hour that is skipped two.
    """
    hours, others = hours_of(day), hours_of(other)
    if len(hours) == len(others):
        return [(hour,) for hour in others]
    zone = timezone.get_default_timezone()
    clocks = [hour.astimezone(zone).hour for hour in hours]
    found: list[tuple[datetime, ...]] = [()] * len(hours)
    for hour in others:
        # Where midnight itself is skipped, the first hour of the day takes it.
        number = max(bisect_right(clocks, hour.astimezone(zone).hour) - 1, 0)
        found[number] += (hour,)
    return found


def days_between(first: date, last: date) -> list[date]:
    """Return the dates from `first` to `last`, both included."""
    return [first + ONE_DAY * number for number in range((last - first).days + 1)]
