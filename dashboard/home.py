"""The first page: what is broken, whether people search, what changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard import charts, figures, strip
from dashboard.links import failed_searches_since, failed_tasks_since, listed, searches_of
from dashboard.sharing import Shared, shared_with
from movies.formats import clock, counted, moment, number
from notifications.labels import state_label
from notifications.models import Notification

LOG = "notifications_notification"


@dataclass(frozen=True, slots=True)
class Need:
    """Something broken that a person has to look at."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class StateCount:
    label: SafeString
    count: str
    url: str
    is_calm: bool


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the index page: Unfold's DASHBOARD_CALLBACK."""
    shared = shared_with(request.user, timezone.now())
    page = {
        "title": "Dashboard",
        "shared": shared,
        "headline": headline(shared, has_pages=bool(context["app_list"])),
        "needs": needs(shared),
        "figures": strip.figures_of(shared),
        "states": states(shared),
        "clock": charts.clock(shared.minute),
    }
    if shared.searches and shared.searches.first:
        page["period"] = charts.period(shared.searches)
        page["chart"] = charts.searches_per_day(shared.searches, shared.minute)
        page["left_out"] = left_out(shared.searches)
    return context | page


def headline(shared: Shared, *, has_pages: bool) -> str:
    """Return the page's answer in one sentence; `has_pages` if the sidebar leads anywhere."""
    searches = shared.searches
    if shared.is_nothing and has_pages:
        return "No figures have been shared with you; the menu leads to the pages that have."
    if shared.is_nothing:
        return "You may sign in, but nothing has been shared with you yet: ask an administrator."
    if searches is None:
        return "This is what has been shared with you."
    if searches.last is None:
        nobody = "Nobody but staff and bots has searched yet."
        return nobody if searches.ever else "No search has been made yet."
    if searches.total == 0:
        return _empty_period(searches, searches.last)
    today = f"{number(searches.of_last(1))} today"
    return f"{counted(searches.total, 'search', 'searches')} in the last 28 days, {today}."


def _empty_period(searches: figures.Searches, last: datetime) -> SafeString:
    day = figures.site_date(last)
    return format_html(
        'No searches {}. <a href="{}">The last was {}</a>.',
        charts.period(searches),
        searches_of(day, day),
        moment(last),
    )


def left_out(searches: figures.Searches) -> str:
    """Return how many searches the figures and the chart leave out; empty when none."""
    if not searches.left_out:
        return ""
    made = counted(searches.left_out, "search", "searches")
    return f"Without {made} by staff and bots in these 28 days."


def needs(shared: Shared) -> list[Need]:
    """Return what has failed and waits for somebody, the gravest first."""
    found = waits(shared)
    if shared.unreviewed:
        failed = counted(shared.unreviewed, "notification")
        found.append(Need(f"{failed} failed", listed(LOG, review="open")))
    if (searches := shared.failed_searches) and searches.count:
        failed = counted(searches.count, "search", "searches")
        found.append(Need(f"{failed} failed in 24 hours", failed_searches_since(searches.since)))
    if (tasks := shared.failed_tasks) and tasks.count:
        failed = counted(tasks.count, "task")
        found.append(Need(f"{failed} failed in 24 hours", failed_tasks_since(tasks.since)))
    return found


def waits(shared: Shared) -> list[Need]:
    """Return what no worker has taken; it runs by itself once one is there."""
    found = []
    if (searches := shared.waiting_searches) and searches.count:
        what = counted(searches.count, "search", "searches")
        found.append(_wait(what, searches, listed("movies_search", outcome="open")))
    if (mails := shared.waiting_notifications) and mails.count:
        what = counted(mails.count, "notification")
        found.append(_wait(what, mails, listed(LOG, state__exact=Notification.State.QUEUED)))
    return found


def _wait(what: str, trouble: figures.Trouble, url: str) -> Need:
    since = clock(trouble.since)
    return Need(format_html("{} waiting since {}: no worker takes them", what, since), url)


def states(shared: Shared) -> list[StateCount]:
    """Return how many notifications each state has, none while there is none at all.

    Failures that were all reviewed are calm.
    """
    if not shared.notifications or not shared.notifications.by_state:
        return []
    return [
        StateCount(
            label=state_label(state),
            count=number(shared.notifications.by_state.get(state, 0)),
            url=listed(LOG, state__exact=state),
            is_calm=state == Notification.State.FAILED and not shared.unreviewed,
        )
        for state in Notification.State
    ]
