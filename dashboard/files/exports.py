"""What a view shows as CSV and as JSON, by its address, to be read only."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard import trends
from dashboard.completeness import export as export_completeness
from dashboard.completeness.reading import completeness_of
from dashboard.days import site_date
from dashboard.files import export_figures, export_terms
from dashboard.front import figures
from dashboard.front.distinct import distinct_terms
from dashboard.periods import View, view_of
from dashboard.ranks import refreshing, snapshots, term_tables
from dashboard.term_pages import compare, term_asking, term_trends
from dashboard.trends import Trend
from movies.csv_safe import Rows, attached
from movies.models import SearchTerm

type Export = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Reading:
    """A view that somebody reads, and what its figures are of; None before the first of all."""

    request: HttpRequest
    view: View
    now: datetime
    figures_to: datetime | None

    def trend(self) -> Trend:
        return trends.read(self.view, self.figures_to or self.now)

    def trend_of(self, term: SearchTerm) -> Trend:
        return term_trends.read(self.view, term.pk, self.figures_to or self.now)

    def compared(self) -> list[tuple[SearchTerm, Trend]]:
        """Return the terms that the address names, in its order; raise NotComparable."""
        terms = compare.chosen(self.request.GET.getlist("term"))
        trends = compare.trends_of(terms, self.view, self.figures_to or self.now)
        return [(term, trends[term.pk]) for term in terms]

    def saved(self, name: str, rows: Rows) -> HttpResponseBase:
        """Return a file called by the name and the dates of the view."""
        name = f"{name}-{self.view.first}-{self.view.last}.csv"
        return attached(name, rows, has_body=self.request.method != "HEAD")

    def json(self, **data: Any) -> JsonResponse:
        return JsonResponse(
            export_figures.view_json(self.view, self.figures_to) | data,
            # What is no number in JSON is an error of ours, and never sent.
            json_dumps_params={"allow_nan": False},
        )


def exported(permission: str) -> Callable[[Export], Export]:
    """Let those with the permission read what the function makes of an address."""

    def dress(export: Export) -> Export:
        @require_safe
        @wraps(export)
        def answer(request: HttpRequest, **keys: int) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            now = timezone.now()
            view = view_of(request.GET, site_date(now))
            if view.problem:
                return refused(request, view.problem)
            try:
                return export(Reading(request, view, now, refreshing.figures()), **keys)
            except compare.NotComparable as why:
                return refused(request, str(why))

        return answer

    return dress


def refused(request: HttpRequest, problem: str) -> HttpResponse:
    """Say what of the address was not understood."""
    if request.path.endswith(".json"):
        return JsonResponse({"problem": problem}, status=400)
    return HttpResponse(problem, status=400, content_type="text/plain; charset=utf-8")


@exported(figures.SEARCHES)
def figures_csv(reading: Reading) -> HttpResponseBase:
    return reading.saved("searches", export_figures.bucket_rows(reading.trend().buckets))


@exported(figures.SEARCHES)
def figures_json(reading: Reading) -> HttpResponseBase:
    """Return the cards that the reader may see, and the chart."""
    # Nobody who is not signed in comes so far.
    user, view, now = cast(User, reading.request.user), reading.view, reading.now
    moment, trend = figures.read(user, view, now), reading.trend()
    found = export_figures.trend_json(trend)
    cards = found["cards"]
    cards["searchers"] = export_figures.searchers(trend)
    if user.has_perm(figures.TERMS):
        snapshot = snapshots.wanted(view, now) if trend.total.searches else None
        terms = distinct_terms(view, trend, snapshot)
        cards["terms"] = export_figures.terms(terms)
        found["terms_ready"] = not terms.is_waiting
    cards |= export_figures.cards_of(moment)
    return reading.json(**found)


@exported(figures.TERMS)
def completeness_csv(reading: Reading) -> HttpResponseBase:
    found = completeness_of(reading.view, reading.now)
    return reading.saved("completeness", export_completeness.week_rows(found.weeks))


@exported(figures.TERMS)
def completeness_json(reading: Reading) -> HttpResponseBase:
    return reading.json(**export_completeness.as_json(completeness_of(reading.view, reading.now)))


@exported(figures.TERMS)
def terms_csv(reading: Reading) -> HttpResponseBase:
    asked = _asked(reading.request)
    if asked.problem:
        return refused(reading.request, asked.problem)
    rows = export_terms.term_rows(reading.view, asked.table, find=asked.find, minimum=asked.minimum)
    return reading.saved(f"terms-{asked.table}", rows)


@exported(figures.TERMS)
def terms_json(reading: Reading) -> HttpResponseBase:
    asked = _asked(reading.request)
    if asked.problem:
        return refused(reading.request, asked.problem)
    table = term_tables.read(
        reading.view,
        asked.table,
        reading.now,
        find=asked.find,
        minimum=asked.minimum,
        sort=asked.sort,
        page=asked.page,
    )
    return reading.json(**export_terms.table_json(table))


def _asked(request: HttpRequest) -> term_asking.Asked:
    """Return what the address asks of the tables; the page says `tab`, a program `table`."""
    address = request.GET.dict()
    return term_asking.asked_of({"tab": address.get("table", ""), **address})


@exported(figures.TERMS)
def term_csv(reading: Reading, pk: int) -> HttpResponseBase:
    trend = reading.trend_of(get_object_or_404(SearchTerm, pk=pk))
    rows = export_figures.term_bucket_rows(trend.buckets, reading.view.why_no_terms)
    return reading.saved(f"term-{pk}", rows)


@exported(figures.TERMS)
def term_json(reading: Reading, pk: int) -> HttpResponseBase:
    term = get_object_or_404(SearchTerm, pk=pk)
    trend = reading.trend_of(term)
    return replace(reading, view=term_trends.by_day(reading.view)).json(
        term=term.term,
        first_searched=export_figures.started(term.created_at),
        why_not_all=reading.view.why_no_terms,
        **export_figures.trend_json(trend, outcomes=(), is_whole=reading.view.has_terms),
    )


@exported(figures.TERMS)
def compare_csv(reading: Reading) -> HttpResponseBase:
    compared = [(term.term, trend.buckets) for term, trend in reading.compared()]
    return reading.saved("compare", export_figures.compared_rows(compared))


@exported(figures.TERMS)
def compare_json(reading: Reading) -> HttpResponseBase:
    compared = reading.compared()
    return replace(reading, view=term_trends.by_day(reading.view)).json(
        terms=[
            {"term": term.term, **export_figures.trend_json(trend, outcomes=())}
            for term, trend in compared
        ]
    )
