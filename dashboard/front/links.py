"""Addresses of the admin's lists, narrowed to what a figure counted."""

from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode

from movies.models import Origin, Outcome
from notifications.models import Notification

OTHERS = ",".join(origin for origin in Origin if origin != Origin.STAFF)
COUNTED: dict[str, str | int] = {
    "is_bot__exact": 0,
    "origin__in": OTHERS,
    "term__hidden__exact": 0,
}
LOG = "notifications_notification"
ERRORS = "dashboard_errorgroup"


def listed(model: str, **filters: str | int) -> str:
    """Return the list of `model`, as in `movies_search`, narrowed by its filters."""
    address = reverse(f"admin:{model}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def searches_of(first: date, last: date, *, everyone: bool = False) -> str:
    """Return the list of the searches of these site days, as a rule without those left out."""
    who = {} if everyone else COUNTED
    return listed("movies_search", day_from=first.isoformat(), day_to=last.isoformat(), **who)


def failed_searches_since(moment: datetime) -> str:
    since = moment.isoformat(timespec="seconds")
    failed = f"{Outcome.REFUSED},{Outcome.FAILED}"
    return listed("movies_search", outcome__in=failed, created_at__gte=since)


def mails_sent_since(moment: datetime) -> str:
    since = moment.isoformat(timespec="seconds")
    return listed(LOG, state__exact=Notification.State.SENT, created_at__gte=since)
