"""Addresses of the dashboard's pages in a mail."""

from datetime import date

from django.utils.http import urlencode

from notifications import sites


def period(first: date, last: date, **more: str) -> str:
    """Return the absolute address of the first page over these site days."""
    days = {"from": first.isoformat(), "to": last.isoformat()}
    return f"{sites.address('admin:index')}?{urlencode(days | more)}"
