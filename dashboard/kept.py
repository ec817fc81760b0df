"""How long the read models of terms and of hours are kept; those of days are kept for ever.

Retention says in DayTotals of which days it has left only the totals, and pages go by that: days
that were imported are kept from their import on, whatever their date.
"""

from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from dashboard.days import ONE_DAY, site_date
from dashboard.models import DayTotals

KEEP_DAYS = timedelta(days=800)


def kept_from(now: datetime) -> date:
    """Return the first day of which, whenever it was written, terms and hours are kept."""
    return site_date(now) - KEEP_DAYS


def known_from(first: date, last: date, before: date | None, today: date) -> date:
    """Return the first day after the last one in a period that has only totals left.

    That of the compared period counts, too, which begins on `before` and has as many days. Of all
    days of both from then on terms and hours are known; date.min if that are all. Asks the
    database only about days that retention may have been at.
    """
    if min(first, before or first) >= today - KEEP_DAYS:
        return date.min
    days = Q(day__range=(first, last))
    if before:
        days |= Q(day__range=(before, before + (last - first)))
    lost = DayTotals.objects.filter(days, only_totals=True).aggregate(last=Max("day"))["last"]
    return lost + ONE_DAY if lost else date.min
