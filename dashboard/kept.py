"""From when on the read models of terms and of hours are kept; those of days are kept for ever."""

from datetime import date, datetime, timedelta

from dashboard.days import site_date

KEEP_DAYS = timedelta(days=800)


def terms_kept_from(now: datetime) -> date:
    """Return the first day whose searches are kept by term; earlier days are known as totals."""
    return site_date(now) - KEEP_DAYS


def hours_kept_from(now: datetime) -> date:
    """Return the first day whose searches are kept by hour."""
    return site_date(now) - KEEP_DAYS
