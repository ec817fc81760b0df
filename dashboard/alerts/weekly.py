"""The digest of the week: what the first page says of it, and what is worth doing, in one mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from dashboard.alerts.kinds import WEEKLY
from dashboard.completeness.reading import completeness_of
from dashboard.days import ONE_DAY, end_of, site_date, start_of
from dashboard.front import marks
from dashboard.front.cards import figures_of
from dashboard.front.headline import of_period
from dashboard.front.sharing import Shared, shared_with
from dashboard.front.short_tables import tables_of
from dashboard.models import RollUp, Snapshot
from dashboard.periods import View, view_of
from dashboard.ranks import refreshing, snapshots
from dashboard.trends import Trend
from dashboard.worklist import words
from dashboard.worklist.panel import panel_of
from movies.formats import counted
from movies.words import day
from notifications import sites
from notifications.cleaning import one_line
from notifications.composing import Event
from notifications.models import Notification
from notifications.services import notify

WEEK = timedelta(days=7)
# On Monday, when people begin to read.
HOUR = timedelta(hours=7)
ROWS = 5
# It goes to the admins of the settings, who may see everything.
READER = User(is_superuser=True)
TOLD, TOO_EARLY = "told", "waits for Monday"
NO_FIGURES, NO_TERMS = "waits for the figures", "waits for the terms"
NOTHING = "nobody had searched by then"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure or a term; `change` is empty where nothing is compared."""

    name: str
    value: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the mail; `reason` says why it has no rows, `url` leads to all of it."""

    title: str
    rows: list[Row]
    reason: str = ""
    more: str = ""
    url: str = ""


def tell(now: datetime) -> str:
    """Have the digest of the week before written down; return what became of it.

    Safe to repeat, and at once: the key of its event is the week's. What is not known yet is
    told by a later call of the same week.
    """
    view = week_before(now)
    if now < start_of(view.last + ONE_DAY) + HOUR:
        return TOO_EARLY
    key = f"{WEEKLY}:{view.first}"
    if Notification.objects.filter(dedup_key=key).exists():
        return TOLD
    if not _are_figures_whole(end_of(view.last)):
        return NO_FIGURES
    return _tell(view, key, now)


def week_before(now: datetime) -> View:
    """Return the last whole week, Monday to Sunday, compared with the one before."""
    today = site_date(now)
    last = today - ONE_DAY * (today.weekday() + 1)
    first = last - WEEK + ONE_DAY
    return view_of({"from": first.isoformat(), "to": last.isoformat()}, today)


def _are_figures_whole(until: datetime) -> bool:
    roll_up = RollUp.objects.exclude(figures_to=None).first()
    reached = roll_up.figures_to if roll_up and not roll_up.is_moving else None
    return reached is not None and reached >= until


def _tell(view: View, key: str, now: datetime) -> str:
    snapshot = snapshots.wanted(view, now)
    if not _is_of_all(snapshot):
        refreshing.refresh(snapshot.pk, now)
        snapshot.refresh_from_db(fields=["figures_to", "outdated_at"])
    if not _is_of_all(snapshot):
        return NO_TERMS
    shared = shared_with(READER, view, now)
    if shared.trend is None or shared.trend.first_day is None or shared.trend.first_day > view.last:
        return NOTHING
    notify(event_of(shared, shared.trend, key))
    return TOLD


def _is_of_all(snapshot: Snapshot) -> bool:
    """Return whether it is of the whole period: not of last Sunday's noon, nor of hidden terms."""
    to = snapshot.figures_to
    return to is not None and to >= end_of(snapshot.last) and snapshot.outdated_at is None


def event_of(shared: Shared, trend: Trend, key: str) -> Event:
    """Return the digest of the period that is shared, under `key`."""
    view = shared.view
    made = counted(trend.total.searches, "search", "searches")
    extra = {
        "sections": [one for one in _sections(shared) if one.rows or one.reason],
        "page": sites.address("admin:index") + view.query(),
    }
    return Event(
        WEEKLY, key, f"Last week, {view.words}: {made}", _answers(shared, trend), extra=extra
    )


def _answers(shared: Shared, trend: Trend) -> tuple[str, ...]:
    """Return the first page's answer and the verdict, which may be the same."""
    if shared.is_empty:
        return (f"No searches {shared.view.words}.",)
    verdict = completeness_of(shared.view, shared.now).verdict
    return tuple(dict.fromkeys((str(of_period(shared, trend)), verdict)))


def _sections(shared: Shared) -> list[Section]:
    return [_figures(shared), *_tables(shared), _worklist(shared), _happened(shared.view)]


def _figures(shared: Shared) -> Section:
    rows = [
        Row(one.label, one.value, f"{one.delta.arrow} {one.delta.words}".strip())
        for one in figures_of(shared)
        # What is left of today says nothing of last week.
        if one.delta
    ]
    return Section(f"Against {shared.view.before_words}", rows)


def _tables(shared: Shared) -> list[Section]:
    return [
        Section(
            table.title,
            [Row(one_line(row.term), row.count, row.change) for row in table.rows[:ROWS]],
            table.reason,
            table.more,
            sites.absolute(table.url),
        )
        for table in tables_of(shared)
    ]


def _worklist(shared: Shared) -> Section:
    panel = panel_of(shared)
    if panel is None:
        return Section("Worth fetching", [])
    rows = [
        Row(one_line(term), counted(lack.searches, "search", "searches"), words.lacks(lack))
        for lack, term in shared.worklist
    ]
    return Section("Worth fetching", rows, panel.reason, "Worklist", sites.absolute(panel.url))


def _happened(view: View) -> Section:
    found = marks.read(view, READER)
    rows = [
        Row(day(site_date(mark.first), view.today), one_line(marks.source_of(mark).words(mark)))
        for mark in found[-ROWS:]
    ]
    return Section("What happened", rows)
