"""Dates and times of the site in words; event times in the reader's zone are movies.formats'."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format


def clock(moment: datetime) -> str:
    """Return the time of day in the site's zone, as `10:35`."""
    return f"{timezone.localtime(moment, timezone.get_default_timezone()):%H:%M}"


def when(moment: datetime, today: date | None) -> str:
    """Return the time of day in the site's zone, as `10:35`, or `Sun 22 Nov, 10:35` if that is
    not `today`.
    """
    on = timezone.localtime(moment, timezone.get_default_timezone()).date()
    return clock(moment) if today in (on, None) else f"{day(on, today)}, {clock(moment)}"


# A page writes hundreds of dates, the same ones again and again, and always in English.
@lru_cache(maxsize=5000)
def written(at: date, pattern: str) -> str:
    """Return a date by one of Django's patterns."""
    return date_format(at, pattern)


def day(at: date, today: date | None = None) -> str:
    """Return `Sun 22 Nov`, with the year where it is not that of `today`."""
    return written(at, "D j M Y" if _is_other_year(at, today) else "D j M")


def dates(first: date, last: date, today: date | None = None) -> str:
    """Return `1 Nov`, `1–7 Nov`, `26 Oct–22 Nov` or `26 Dec 2026–22 Jan 2027`.

    A year stands where it changes, and where it is not that of `today`.
    """  # noqa: RUF002 - an en dash is what dates take
    if first.year != last.year:
        return f"{written(first, 'j M Y')}–{written(last, 'j M Y')}"  # noqa: RUF001
    end = written(last, "j M Y" if _is_other_year(last, today) else "j M")
    if first == last:
        return end
    return f"{written(first, 'j' if first.month == last.month else 'j M')}–{end}"  # noqa: RUF001


def _is_other_year(at: date, today: date | None) -> bool:
    return today is not None and at.year != today.year
