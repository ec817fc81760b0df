"""Whether the cache is getting complete, in one sentence, from the share of first-time terms.

A term's first search ever is when the cache had nothing of it yet. Their number falls whenever
fewer people search; their share of all searches does not, and so it alone decides. How the number
of searches changed is said beside it.
"""

from typing import Literal

from dashboard.front import deltas, proportions
from dashboard.periods import View
from dashboard.ranks import bases
from dashboard.totals import Counts
from dashboard.trends import Trend
from movies.formats import rate

# More or less complete than before; not provably either; empty where nothing can be compared.
type Direction = Literal["more", "less", "same", ""]

BEGINNINGS: dict[Direction, str] = {
    "more": "The cache is getting more complete: first-time terms fell",
    "less": "The cache is getting less complete: first-time terms rose",
    "same": "No clear change: first-time terms went",
}


def direction_of(trend: Trend) -> Direction:
    """Return what the same part of both periods proves."""
    return "" if trend.base is None else _direction(trend.elapsed, trend.base)


def _direction(now: Counts, before: Counts) -> Direction:
    if not now.searches or not before.searches:
        return ""
    change = proportions.difference(
        now.first_time, now.searches, before.first_time, before.searches
    )
    if change.high < 0:
        return "more"
    return "less" if change.low > 0 else "same"


def verdict_of(trend: Trend, view: View) -> str:
    """Return the sentence; it names the change of traffic wherever it compares."""
    if not trend.total.searches:
        return f"No searches {view.words}: nothing can be said."
    direction = direction_of(trend)
    if trend.base is None or not direction:
        share = rate(trend.total.first_time, trend.total.searches)
        return f"{_why_not_compared(trend, view)}First-time terms are {share} of searches."
    now, before = trend.elapsed, trend.base
    return (
        f"{BEGINNINGS[direction]} from {rate(before.first_time, before.searches)} "
        f"to {rate(now.first_time, now.searches)} of searches, {_traffic(now, before)}."
    )


def _why_not_compared(trend: Trend, view: View) -> str:
    if view.before is None:
        return ""
    if trend.base is None:
        return f"{bases.why_too_early(trend.first_day)} "
    if not trend.base.searches:
        return f"Nothing to compare with: no searches {view.before_words}. "
    return "Too early to compare. "


def _traffic(now: Counts, before: Counts) -> str:
    change = 100 * (now.searches / before.searches - 1)
    if round(abs(change), 1) == 0:
        return "with as many searches"
    return f"with {deltas.percent(change)} {'more' if change > 0 else 'fewer'} searches"


def has_changed(trend: Trend) -> bool:
    """Return whether something is proven that the period before had not proven, or otherwise."""
    found = direction_of(trend)
    if found not in ("more", "less") or trend.before is None:
        return False
    return _direction(*trend.before) not in ("", found)
