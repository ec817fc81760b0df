"""The Completeness page: is the cache getting complete, and how sure is that?"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.completeness import week_charts, words
from dashboard.completeness.reading import Completeness, completeness_of
from dashboard.days import site_date
from dashboard.front.controls import controls_of
from dashboard.periods import view_of

COMING = "Being worked out; this page shows it in a moment."
NO_WEEKS = "The weeks are drawn as soon as the first one is counted."


@require_safe
@permission_required("movies.view_searchterm", raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the page; to htmx, by which an open page renews itself, with what it shows."""
    now = timezone.now()
    shown = _shown(completeness_of(view_of(request.GET, site_date(now)), now))
    if "HX-Request" in request.headers:
        return TemplateResponse(request, "dashboard/completeness/page.html", shown)
    context = {**admin.site.each_context(request), "title": "Completeness", **shown}
    return TemplateResponse(request, "dashboard/completeness/index.html", context)


def _shown(found: Completeness) -> dict[str, Any]:
    first, *charts = [
        week_charts.chart_of(line, found.weeks, found.view, found.counted_to or found.figures_to)
        for line in week_charts.LINES
    ]
    return {
        "controls": controls_of(
            found.view, figures_to=found.figures_to, left_out=found.left_out, has_grains=False
        ),
        "found": found,
        "periods": _periods(found),
        "habits": words.habits(found),
        "facts": words.facts(found),
        "first": first,
        "charts": [chart for chart in charts if chart],
        "no_weeks": COMING if found.counted_to is None else NO_WEEKS,
        "is_waiting": found.counted_to is None,
        "csv": reverse("dashboard:completeness_csv") + found.view.query(),
        "live": reverse("dashboard:completeness") + found.view.query(),
    }


def _periods(found: Completeness) -> str:
    """Return the period and what the first line compares it with."""
    if not found.direction:
        return found.view.words
    return f"{found.view.words} against {found.view.before_words}"
