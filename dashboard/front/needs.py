"""What needs somebody, and how the work behind the page goes."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.front.figures import Mails
from dashboard.front.links import (
    ERRORS,
    LOG,
    failed_searches_since,
    listed,
    mails_sent_since,
)
from dashboard.front.sharing import Shared
from dashboard.system.lines import Report
from movies.formats import clock, counted, number

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
    """The gravest first; `others` are those that have no line of their own.

    `on_system` leads to the System page if it names all of these. `calm` is what is said when
    nobody is needed, as far as `is_known`.
    """

    shown: list[Need]
    others: list[Need]
    on_system: str
    calm: Words
    is_known: bool


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that goes on behind the page; `role` is that of a state, or empty."""

    label: str
    count: str
    note: str
    url: str
    role: str = ""


def needs_of(shared: Shared, report: Report | None) -> Needs:
    """Return what is broken, has failed or waits for somebody.

    Of the system only what `report` says, which is None for who may not see it.
    """
    broken = _broken(report) if report else []
    found = [*broken, *_failures(shared)]
    others = found[MOST:]
    is_told_there = bool(others) and others == broken[MOST:]
    return Needs(
        shown=found[:MOST],
        others=others,
        on_system=reverse("dashboard:system") if is_told_there else "",
        calm="" if found else _calm(shared, report),
        is_known=report is None or report.is_fine,
    )


def _broken(report: Report) -> list[Need]:
    return [Need(line.sentence, reverse("dashboard:system")) for line in report.broken]


def _calm(shared: Shared, report: Report | None) -> Words:
    if report is None:
        return "Nothing needs you." if shared.can_fail else ""
    fine, at = counted(len(report.fine), "check"), clock(report.at)
    if report.is_fine:
        return format_html("Nothing needs you. {} fine, {}.", fine, at)
    rest = format_html(
        '<a class="link" href="{}">{} unknown</a>',
        reverse("dashboard:system"),
        number(len(report.unknown)),
    )
    return format_html("Nothing is known to need you. {} fine, {}, {}.", fine, rest, at)


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
