"""What needs somebody, and how the work behind the page goes."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.front.figures import Mails, Trouble
from dashboard.front.links import (
    ERRORS,
    LOG,
    failed_searches_since,
    listed,
    mails_sent_since,
)
from dashboard.front.sharing import Shared
from movies.formats import clock, counted, number
from notifications.models import Notification

# More lines are no glance.
MOST = 3

type Words = SafeString | str


@dataclass(frozen=True, slots=True)
class Need:
    """Something broken that a person has to look at."""

    sentence: Words
    url: str


@dataclass(frozen=True, slots=True)
class Needs:
    """The gravest first; `others` are those that have no line of their own."""

    shown: list[Need]
    others: list[Need]


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that goes on behind the page; `role` is that of a state, or empty."""

    label: str
    count: str
    note: str
    url: str
    role: str = ""


def needs_of(shared: Shared) -> Needs:
    """Return what has failed and waits for somebody."""
    found = [*_waits(shared), *_failures(shared)]
    return Needs(found[:MOST], found[MOST:])


def _failures(shared: Shared) -> list[Need]:
    moment, found = shared.moment, []
    if moment.mails and moment.mails.unreviewed:
        failed = counted(moment.mails.unreviewed, "notification")
        found.append(Need(f"{failed} failed", listed(LOG, review="open")))
    if moment.searching and (searches := moment.searching.failed).count:
        failed = counted(searches.count, "search", "searches")
        found.append(Need(f"{failed} failed in 24 hours", failed_searches_since(searches.since)))
    if moment.new_errors:
        new = counted(moment.new_errors, "new error")
        found.append(Need(f"{new} in 24 hours", listed(ERRORS, new="yes")))
    return found


def _waits(shared: Shared) -> list[Need]:
    """Return what no worker has taken; it runs by itself once one is there."""
    moment, found = shared.moment, []
    if moment.searching and (searches := moment.searching.waiting).count:
        what = counted(searches.count, "search", "searches")
        found.append(_wait(what, searches, listed("movies_search", outcome="open")))
    if moment.mails and (mails := moment.mails.waiting).count:
        what = counted(mails.count, "notification")
        found.append(_wait(what, mails, listed(LOG, state__exact=Notification.State.QUEUED)))
    return found


def _wait(what: str, trouble: Trouble, url: str) -> Need:
    since = clock(trouble.since)
    return Need(format_html("{} waiting since {}: no worker takes them", what, since), url)


def work_of(shared: Shared) -> list[Work]:
    """Return the lines of the panel about work, each for who may see it."""
    moment, found = shared.moment, []
    if moment.running_refills is not None:
        refills = number(moment.running_refills)
        found.append(Work("Re-fills", refills, "running", listed("movies_refill")))
    if moment.mails:
        found += _mails(moment.mails)
    if moment.new_errors is not None:
        new, role = number(moment.new_errors), "needs" if moment.new_errors else ""
        url = listed(ERRORS, new="yes") if moment.new_errors else listed(ERRORS)
        found.append(Work("Errors", new, "new in 24 hours", url, role))
    return found


def _mails(mails: Mails) -> list[Work]:
    failed = number(mails.unreviewed)
    sent = mails_sent_since(mails.sent.since)
    role = "needs" if mails.unreviewed else ""
    return [
        Work("Mails", number(mails.sent.count), "sent in 24 hours", sent),
        Work("Failed mails", failed, "not reviewed", listed(LOG, review="open"), role),
    ]
