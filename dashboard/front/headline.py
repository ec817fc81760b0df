"""The page's answer in one sentence: the first rule that holds."""

from collections.abc import Callable
from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.completeness import verdicts
from dashboard.days import ONE_DAY, end_of, site_date, start_of
from dashboard.front import deltas, proportions, spikes
from dashboard.front.links import searches_of
from dashboard.front.sharing import Shared
from dashboard.models import DayTotals, Snapshot
from dashboard.periods import View
from dashboard.ranks.bases import whole_to
from dashboard.ranks.boards import TermTable
from dashboard.rollup.counting import counted_of, sides
from dashboard.trends import Trend
from movies.formats import counted, moment, number, rate
from movies.models import Search
from movies.words import clock, dates, day

# Two of three searches may fail at night by chance, and tell nothing about searching.
FEW = 3
# A share that is not half as high again is nothing that must be said first.
SURGE = 1.5
WEEK = 7

type Words = SafeString | str


def headline(shared: Shared, *, has_pages: bool) -> Words:
    """Return the answer; `has_pages` if the sidebar leads anywhere."""
    if shared.is_nothing and has_pages:
        return "No figures have been shared with you; the menu leads to the pages that have."
    if shared.is_nothing:
        return "You may sign in, but nothing has been shared with you yet: ask an administrator."
    if shared.trend is None:
        return "This is what has been shared with you."
    return _broken(shared, shared.trend) or of_period(shared, shared.trend)


def of_period(shared: Shared, trend: Trend) -> Words:
    """Return what the period says, whether or not searching works just now."""
    for rule in RULES:
        if words := rule(shared, trend):
            return words
    return _usual(shared, trend)


def periods(shared: Shared) -> str:
    """Return the period and what it is compared with, both to the same hour if it still runs."""
    view, trend = shared.view, shared.trend
    if trend is None or trend.base is None:
        return view.words
    to, to_before = _to(trend.compared_to, view)
    return f"{view.words}{to} against {view.before_words}{to_before}"


def _to(compared_to: datetime | None, view: View) -> tuple[str, str]:
    """Return to when both periods are compared, with the days unless these are their last ones."""
    if compared_to is None:
        return "", ""
    at, on = clock(compared_to), site_date(compared_to)
    if on == view.last:
        return f", {at}", f", {at}"
    return f" to {day(on)}, {at}", f" to {day(on - view.shift)}, {at}"


def _broken(shared: Shared, trend: Trend) -> Words:
    searching = shared.moment.searching
    if searching and searching.waiting.count:
        waiting = counted(searching.waiting.count, "search waits", "searches wait")
        return f"Searching is broken: {waiting} and no worker takes them."
    if searching and searching.lately >= FEW and 2 * searching.lately_failed > searching.lately:
        failed = f"{number(searching.lately_failed)} of {number(searching.lately)} searches"
        return f"Searching is broken: {failed} of the last two hours failed."
    return ""


def _empty(shared: Shared, trend: Trend) -> Words:
    if trend.total.searches:
        return ""
    if trend.first_day is not None:
        return _empty_period(shared, trend.first_day)
    if Search.objects.finished().filter(counted=False).exists():
        return "The first searches are being counted."
    if DayTotals.objects.filter(left_out=True).exists():
        return "Nobody but staff and bots has searched yet."
    return "No search has been made yet."


def _empty_period(shared: Shared, first_day: date) -> Words:
    view = shared.view
    days = DayTotals.objects.filter(left_out__in=sides(view.everyone), searches__gt=0)
    last = days.filter(day__lt=view.first).order_by("-day").values_list("day", flat=True).first()
    nearest = last or first_day
    when: Words = dates(nearest, nearest, view.today)
    nothing = f"No searches {view.words}."
    if shared.figures_to < start_of(view.first):
        nothing = f"Nothing of {view.words} is counted yet."
    # Retention may have removed the search itself.
    if last and (at := _last_search(last, everyone=view.everyone)):
        when = moment(at)
    return format_html(
        '{} <a href="{}">The {} was {}</a>.',
        nothing,
        searches_of(nearest, nearest, everyone=view.everyone),
        "last" if last else "first",
        when,
    )


def _last_search(on: date, *, everyone: bool) -> datetime | None:
    made = counted_of(Search.objects.filter(counted=True), everyone=everyone)
    made = made.filter(created_at__gte=start_of(on), created_at__lt=end_of(on))
    return made.order_by("-created_at").values_list("created_at", flat=True).first()


def _surge(shared: Shared, trend: Trend) -> Words:
    now, before = trend.elapsed, trend.base
    if before is None or not before.answered or not now.answered:
        return ""
    shares = (now.nothing_found, now.answered, before.nothing_found, before.answered)
    is_high = now.nothing_found * before.answered >= SURGE * before.nothing_found * now.answered
    if not is_high or proportions.difference(*shares).low <= 0:
        return ""
    found, then = rate(*shares[:2]), rate(*shares[2:])
    return f"Searches that find nothing have surged: {found}, after {then}."


def _spike(shared: Shared, trend: Trend) -> Words:
    found = spikes.spike(trend.usual, trend.today)
    if found is None:
        return ""
    times = f"{found.times:.1f} times a usual day"
    on = trend.last_day + ONE_DAY if found.is_today else trend.last_day
    if on == shared.view.today:
        return f"Searches spike today: {number(found.searches)} so far, {times}."
    # The day in which the figures end need not be today, while they stand still.
    to = f" to {clock(shared.figures_to)}" if shared.figures_to < end_of(on) else ""
    told = f"Searches spiked on {day(on, shared.view.today)}"
    return f"{told}: {number(found.searches)}{to}, {times}."


def _completeness(shared: Shared, trend: Trend) -> Words:
    """Return the verdict if it is another one than that of the period before."""
    if not verdicts.has_changed(trend):
        return ""
    return verdicts.verdict_of(trend, shared.view)


def _volume(shared: Shared, trend: Trend) -> Words:
    snapshot = shared.snapshot
    if snapshot is None or trend.base is None or not trend.base.searches:
        return ""
    change = 100 * (trend.elapsed.searches / trend.base.searches - 1)
    is_up = change > 0 and (snapshot.volume_low or 0) > 1
    is_down = change < 0 and snapshot.volume_high is not None and snapshot.volume_high < 1
    if not (is_up or is_down):
        return ""
    searches = f"Searches are {'up' if is_up else 'down'} {deltas.percent(change)}"
    return f"{searches}{_riser(shared)}."


def _usual(shared: Shared, trend: Trend) -> Words:
    made = f"{counted(trend.total.searches, 'search', 'searches')} {shared.view.words}"
    if shared.view.compare == "none":
        return f"{made}."
    if trend.base is None or not trend.base.searches:
        return f"{made}; there is nothing to compare with yet."
    if not _is_ready(shared.snapshot):
        return f"{made}; what changed is being worked out."
    return f"{_usual_period(shared.view)}{_risers(shared)}."


def _is_ready(snapshot: Snapshot | None) -> bool:
    # Who may not see terms is told of the searches all the same.
    return snapshot is None or snapshot.figures_to is not None


def _riser(shared: Shared) -> str:
    """Return `; "dune" rises most` if a term provably rises, else nothing."""
    rising = _rising(shared)
    return f'; "{rising.rows[0].term}" rises most' if rising else ""


def _risers(shared: Shared) -> str:
    """Return what provably rises though the volume of all searches is as ever."""
    rising = _rising(shared)
    if rising is None and shared.snapshot and whole_to(shared.figures_to) < shared.view.first:
        return "; which terms rise is known tomorrow"
    if rising is None:
        return ": no provable change"
    first = rising.rows[0].term
    if rising.terms == 1:
        return f'; only "{first}" provably rises'
    return f'; {number(rising.terms)} terms provably rise, "{first}" most'


def _rising(shared: Shared) -> TermTable | None:
    """Return the rising terms if there are any."""
    rising = shared.tables.get("rising")
    if rising and rising.rows and rising.rows[0].state == "rising":
        return rising
    return None


def _usual_period(view: View) -> str:
    match view.preset:
        case "today":
            return "A usual day so far"
        case "month":
            return "A usual month so far"
    if view.days in (1, WEEK):
        return "A usual day" if view.days == 1 else "A usual week"
    return f"A usual {number(view.days)} days"


RULES: tuple[Callable[[Shared, Trend], Words], ...] = (
    _empty,
    _surge,
    _spike,
    _completeness,
    _volume,
)
