"""The eight figures: one number each, how it changed, and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.front import deltas
from dashboard.front.deltas import Delta
from dashboard.front.distinct import distinct_terms
from dashboard.front.figures import Films, Searching
from dashboard.front.links import listed, searches_of
from dashboard.front.sharing import Shared
from dashboard.periods import View
from dashboard.term_pages.term_links import terms_url
from dashboard.totals import Counts
from dashboard.trends import Trend
from movies.formats import NONE, clock, counted, number, rate

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One number; `role` is that of a state, and empty while nothing is wrong with it."""

    label: str
    value: str
    # Empty when it leads nowhere.
    url: str = ""
    # None where nothing is ever compared.
    delta: Delta | None = None
    note: SafeString | str = ""
    role: str = ""
    # The number in full, on hover.
    exact: str = ""


def figures_of(shared: Shared) -> list[Figure]:
    """Return the figures of what is shared, in the order of the page; none of an empty site."""
    trend, found = shared.trend, []
    if trend and trend.first_day:
        found += [_searches(shared, trend), _searchers(shared, trend)]
    if shared.snapshot or (shared.sees_terms and found):
        found.append(_distinct_terms(shared))
    if trend and trend.first_day:
        found.append(_first_time_terms(shared, trend))
        found += [_nothing_found(shared, trend), _from_cache(shared, trend)]
    if shared.moment.films:
        found.append(_films_complete(shared, shared.moment.films))
    if shared.moment.searching:
        found.append(_calls_left(shared.moment.searching))
    return found


def _searches(shared: Shared, trend: Trend) -> Figure:
    view, total = shared.view, trend.total.searches
    base = trend.base.searches if trend.base else None
    return Figure(
        label="Searches",
        value=short(total),
        exact=number(total),
        delta=_compared(view, deltas.of_count(trend.elapsed.searches, base)),
        url=searches_of(view.first, view.last, everyone=view.everyone),
    )


def _searchers(shared: Shared, trend: Trend) -> Figure:
    now, before = trend.searchers, trend.searchers_before
    note = "not known of these searches" if trend.daily and now is None else ""
    if trend.today is not None and not trend.daily:
        note = "known when a day is over"
    return Figure(
        label="Searchers a day",
        value=mean(now),
        delta=_compared(shared.view, deltas.of_count(now, before)) if now is not None else None,
        note=note,
    )


def _distinct_terms(shared: Shared) -> Figure:
    url = terms_url(shared.view)
    found = distinct_terms(shared.view, shared.trend, shared.snapshot)
    if found.terms is None:
        return Figure("Distinct terms", "…" if found.is_waiting else NONE, url, note=found.why)
    change = deltas.of_count(found.whole, found.before)
    return Figure(
        label="Distinct terms",
        value=short(found.terms),
        exact=number(found.terms),
        # Of a period without searches nobody counted those before.
        delta=_compared(shared.view, change) if found.terms else None,
        note=shared.terms_to,
        url=url,
    )


def _first_time_terms(shared: Shared, trend: Trend) -> Figure:
    return _share(
        shared,
        trend,
        "First-time terms",
        lambda counts: (counts.first_time, counts.searches),
        url=terms_url(shared.view, tab="new") if shared.sees_terms else "",
    )


def _nothing_found(shared: Shared, trend: Trend) -> Figure:
    return _share(
        shared,
        trend,
        "Nothing found",
        lambda counts: (counts.nothing_found, counts.answered),
        good="down",
        url=terms_url(shared.view, tab="empty") if shared.sees_terms else "",
    )


def _from_cache(shared: Shared, trend: Trend) -> Figure:
    return _share(
        shared,
        trend,
        "From cache",
        lambda counts: (counts.from_cache, counts.answered),
        good="up",
        url=shared.view.query(chart="outcomes"),
    )


def _share(
    shared: Shared,
    trend: Trend,
    label: str,
    part_of: Callable[[Counts], tuple[int, int]],
    *,
    url: str,
    good: str = "",
) -> Figure:
    base = part_of(trend.base) if trend.base else None
    part, whole = part_of(trend.total)
    return Figure(
        label=label,
        value=rate(part, whole),
        exact=f"{number(part)} of {number(whole)}",
        delta=_compared(shared.view, deltas.of_rate(part_of(trend.elapsed), base, good=good)),
        url=url,
    )


def _films_complete(shared: Shared, films: Films) -> Figure:
    url = listed("movies_movie", complete="yes")
    if films.held is None or films.complete is None:
        return Figure("Films complete", NONE, url, note=f"not counted {shared.view.words}")
    if not films.held:
        return Figure("Films complete", NONE, url, note="no film is held yet")
    change = deltas.NOTHING
    if films.held_before and films.complete_before is not None:
        now, before = films.complete / films.held, films.complete_before / films.held_before
        change = deltas.of_share(now, before)
    return Figure(
        label="Films complete",
        value=rate(films.complete, films.held),
        delta=_compared(shared.view, change),
        note=f"{number(films.complete)} of {counted(films.held, 'film')}",
        url=url,
    )


def _calls_left(searching: Searching) -> Figure:
    budget = searching.budget
    note = format_html(
        "of {}, new ones expected at {}", number(budget.limit), clock(budget.opens_at)
    )
    return Figure(
        label="OMDb calls left",
        value=number(budget.left),
        note="the demo catalogue needs none" if settings.OMDB_DEMO else note,
        role="" if budget.left else "look",
    )


def _compared(view: View, delta: Delta) -> Delta | None:
    return None if view.compare == "none" else delta


def short(count: int) -> str:
    """Return `1,234`, but `1.2 M` of a million and more."""
    if count < MILLION:
        return number(count)
    return f"{count / MILLION:,.1f}\N{NO-BREAK SPACE}M"


def mean(of: float | None) -> str:
    """Return a mean as a whole number, of few with one digit more."""
    if of is None:
        return NONE
    return number(round(of)) if of >= 10 or of == int(of) else f"{of:.1f}"
