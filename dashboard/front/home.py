"""The first page: what is broken, whether people search, what changed."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from dashboard.completeness import panel as completeness
from dashboard.days import site_date
from dashboard.front import charts, first_run
from dashboard.front.cards import figures_of
from dashboard.front.charts import Chart
from dashboard.front.controls import Choice, Controls, controls_of
from dashboard.front.headline import headline, periods
from dashboard.front.mark_sources import Mark
from dashboard.front.marks import read as marks_of
from dashboard.front.needs import needs_of, work_of
from dashboard.front.sharing import Shared, shared_with
from dashboard.front.short_tables import tables_of
from dashboard.periods import view_of
from dashboard.system import looking
from dashboard.system.page import SEES
from dashboard.trends import Trend
from dashboard.worklist.panel import panel_of

OUTCOMES = {"chart": "outcomes"}


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the index page: Unfold's DASHBOARD_CALLBACK."""
    return context | page(request, has_pages=bool(context["app_list"]))


def figures(request: HttpRequest) -> HttpResponse:
    """Return what is below the page's head, as it is now: the open page renews itself by it."""
    has_pages = bool(admin.site.get_app_list(request))
    found = page(request, has_pages=has_pages)
    return TemplateResponse(request, "dashboard/index/page.html", found)


def page(request: HttpRequest, *, has_pages: bool) -> dict[str, Any]:
    """Return what the page shows of the view that its address asks for."""
    now = timezone.now()
    view = view_of(request.GET, site_date(now))
    # Nobody comes here who is not signed in.
    shared = shared_with(cast(User, request.user), view, now)
    extra = OUTCOMES if request.GET.get("chart") == "outcomes" else {}
    report = looking.known() if request.user.has_perm(SEES) else None
    found = {
        "title": "Dashboard",
        "shared": shared,
        "headline": headline(shared, has_pages=has_pages),
        "periods": periods(shared),
        "needs": needs_of(shared, report),
        "figures": figures_of(shared),
        "work": work_of(shared),
        "completeness": completeness.panel_of(shared),
        "tables": tables_of(shared),
        "worth": panel_of(shared),
        "is_waiting": shared.is_waiting,
        "live": reverse("dashboard:figures") + view.query(**extra),
    }
    if shared.trend or shared.sees_terms:
        found["controls"] = _controls(shared, extra)
    if shared.trend and shared.trend.first_day is None:
        found["first_run"] = first_run.steps(report)
    elif shared.trend and _has_searches(shared.trend):
        marks = marks_of(view, cast(User, request.user))
        found["chart"] = _chart(shared, shared.trend, extra, marks)
        found["switch"] = _switch(shared, extra)
    return found | (_links(request, shared, extra) if shared.trend else {})


def _controls(shared: Shared, extra: dict[str, str]) -> Controls:
    left_out = shared.trend.left_out if shared.trend else 0
    return controls_of(shared.view, figures_to=shared.figures_to, left_out=left_out, extra=extra)


def _links(request: HttpRequest, shared: Shared, extra: dict[str, str]) -> dict[str, str]:
    """Return the link for a colleague, which names its dates, and that of the file."""
    address = urlencode(shared.view.parameters(absolute=True) | extra)
    return {
        "copied": request.build_absolute_uri(f"{reverse('admin:index')}?{address}"),
        "csv": reverse("dashboard:csv") + shared.view.query(),
    }


def _has_searches(trend: Trend) -> bool:
    """Return whether a chart has anything to draw, be it only of the compared period."""
    before = (bucket.before for bucket in trend.buckets)
    return bool(trend.total.searches) or any(counts and counts.searches for counts in before)


def _chart(shared: Shared, trend: Trend, extra: dict[str, str], marks: list[Mark]) -> Chart:
    draw = charts.outcomes if extra else charts.volume
    return draw(trend, shared.view, shared.figures_to, extra, marks)


def _switch(shared: Shared, extra: dict[str, str]) -> list[Choice]:
    query = shared.view.query
    return [
        Choice("Volume", query(), not extra),
        Choice("Outcomes", query(**OUTCOMES), bool(extra)),
    ]
