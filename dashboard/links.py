"""Addresses of the admin's lists, narrowed to what a figure counted."""

from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode

from dashboard.figures import NOT_ANSWERED
from movies.models import Origin

OTHERS = ",".join(origin for origin in Origin if origin != Origin.STAFF)


def listed(model: str, **filters: str | int) -> str:
    """Return the list of `model`, as in `movies_search`, narrowed by its filters."""
    address = reverse(f"admin:{model}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def searches_of(first: date, last: date) -> str:
    """Return the list of the searches of these site days, without those of staff and bots."""
    return listed(
        "movies_search",
        day_from=first.isoformat(),
        day_to=last.isoformat(),
        is_bot__exact=0,
        origin__in=OTHERS,
    )


def new_terms(first: date, last: date) -> str:
    """Return the list of the terms first searched on these site days, and not by staff."""
    return listed(
        "movies_searchterm",
        day_from=first.isoformat(),
        day_to=last.isoformat(),
        origin__in=OTHERS,
    )


def failed_searches_since(moment: datetime) -> str:
    since = moment.isoformat(timespec="seconds")
    return listed("movies_search", outcome__in=",".join(NOT_ANSWERED), created_at__gte=since)


def failed_tasks_since(moment: datetime) -> str:
    since = moment.isoformat(timespec="seconds")
    return listed("django_celery_results_taskresult", state="Failed", date_done__gte=since)
