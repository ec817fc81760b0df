"""The strip of figures: one number each, what it is of, and the list behind it."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard import charts, figures
from dashboard.links import failed_tasks_since, listed, new_terms, searches_of
from dashboard.sharing import Shared
from movies import calls
from movies.formats import clock, counted, number, rate


@dataclass(frozen=True, slots=True)
class Figure:
    """One number; `role` is that of a state, and empty while nothing is wrong with it."""

    label: str
    value: str
    note: SafeString | str
    url: str
    role: str = ""


def figures_of(shared: Shared) -> list[Figure]:
    """Return the figures of what is shared; those about searches begin with the first one."""
    found = []
    if shared.searches and shared.searches.first:
        found += _search_figures(shared.searches)
    if shared.terms and (shared.searches is None or shared.searches.first):
        found.append(_first_time_terms(shared.terms, shared.searches))
    if shared.films:
        found.append(_films_complete(shared.films))
    if shared.budget:
        found.append(_calls_left(shared.budget))
    if shared.failed_tasks:
        found.append(_tasks_failed(shared.failed_tasks))
    return found


def _search_figures(searches: figures.Searches) -> list[Figure]:
    dates = [day.date for day in searches.days]
    yesterday = searches.days[-2].searches
    today = Figure(
        "Searches today",
        number(searches.of_last(1)),
        "the first day" if yesterday is None else f"{number(yesterday)} yesterday",
        searches_of(dates[-1], dates[-1]),
    )
    week = Figure(
        "Searches in 7 days",
        number(searches.of_last(figures.WEEK)),
        charts.dates(dates[-figures.WEEK], dates[-1]),
        searches_of(dates[-figures.WEEK], dates[-1]),
    )
    return [today, week]


def _first_time_terms(terms: figures.Terms, searches: figures.Searches | None) -> Figure:
    new, period = number(terms.first_time), f"in {figures.PERIOD} days"
    url = new_terms(terms.since, terms.until)
    if searches is None:
        return Figure("First-time terms", new, period, url)
    made = counted(searches.not_by_staff, "search", "searches")
    return Figure(
        "First-time terms",
        rate(terms.first_time, searches.not_by_staff),
        f"{new} of {made} {period}, with bots",
        url,
    )


def _films_complete(films: figures.Films) -> Figure:
    held = counted(films.held, "film")
    return Figure(
        "Films complete",
        rate(films.complete, films.held),
        f"{number(films.complete)} of {held} held" if films.held else "no film is held yet",
        listed("movies_movie", complete="yes"),
    )


def _calls_left(budget: calls.Budget) -> Figure:
    since = (budget.opens_at - timedelta(days=1)).isoformat()
    limit = number(budget.limit)
    note = format_html("of {}, new ones expected at {}", limit, clock(budget.opens_at))
    return Figure(
        "OMDb calls left today",
        number(budget.left),
        "the demo catalogue needs none" if settings.OMDB_DEMO else note,
        listed("movies_search", created_at__gte=since, calls__gt=0),
        role="" if budget.left else "look",
    )


def _tasks_failed(tasks: figures.Trouble) -> Figure:
    return Figure(
        "Tasks failed",
        number(tasks.count),
        "in 24 hours",
        failed_tasks_since(tasks.since),
        role="needs" if tasks.count else "",
    )
