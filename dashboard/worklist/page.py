"""The Worklist page: what is most worth fetching, and one press to fetch it."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.days import site_date
from dashboard.files.exports import refused
from dashboard.front.controls import NAMES, Choice
from dashboard.periods import PRESETS
from dashboard.worklist import export, lines, reading
from dashboard.worklist.asking import KINDS, Asked, asked_of
from dashboard.worklist.lines import May
from dashboard.worklist.reading import Listed
from movies import calls
from movies.admin.parts import Chip
from movies.csv_safe import attached
from movies.formats import number
from movies.words import when

SEES = "movies.view_searchterm"
FETCHES = "movies.repeat_searchterm"
FILLS = "movies.refill_movie"
PER_PAGE = 25


@require_safe
@permission_required(SEES, raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the page; to htmx, which waits for the list, with the part that changes."""
    now = timezone.now()
    asked = asked_of(request.GET, site_date(now))
    may = May(request.user.has_perm(FETCHES), request.user.has_perm(FILLS))
    context = {"asked": asked, "page": _list(asked, reading.read(asked.view, now), may)}
    if "HX-Request" in request.headers:
        return TemplateResponse(request, "dashboard/worklist/part.html", context)
    context |= admin.site.each_context(request) | {
        "title": "Worklist",
        "periods": _periods(asked),
        "tabs": [Choice(KINDS[kind], asked.url(lacks=kind), kind == asked.kind) for kind in KINDS],
        "chips": _chips(asked),
        "hidden": asked.view.parameters() | {"lacks": asked.kind},
        "csv": asked.url("dashboard:worklist_csv"),
        "json": asked.url("dashboard:worklist_json"),
    }
    return TemplateResponse(request, "dashboard/worklist/index.html", context)


@require_safe
@permission_required(SEES, raise_exception=True)
def csv(request: HttpRequest) -> HttpResponseBase:
    """Answer with the whole list that the address asks for, as it is now."""
    now = timezone.now()
    asked = asked_of(request.GET, site_date(now))
    if asked.problem:
        return refused(request, asked.problem)
    lacks = reading.read(asked.view, now).chosen(asked.kind, asked.minimum)
    name = f"worklist-{asked.view.first}-{asked.view.last}.csv"
    return attached(name, export.rows(lacks), has_body=request.method != "HEAD")


@require_safe
@permission_required(SEES, raise_exception=True)
def json(request: HttpRequest) -> HttpResponse:
    """Answer with the same as JSON."""
    now = timezone.now()
    asked = asked_of(request.GET, site_date(now))
    if asked.problem:
        return refused(request, asked.problem)
    return JsonResponse(export.as_json(asked, reading.read(asked.view, now)))


def _list(asked: Asked, listed: Listed, may: May) -> dict[str, Any]:
    """Return what changes when the list has been worked out."""
    chosen = listed.chosen(asked.kind, asked.minimum)
    pages = max(1, -(-len(chosen) // PER_PAGE))
    at = min(asked.page, pages)
    shown = chosen[(at - 1) * PER_PAGE : at * PER_PAGE]
    found = reading.as_they_are(reading.demand_of(shown))
    budget = calls.budget()
    rows = lines.lines(found, asked, may, budget)
    return {
        "answer": lines.answer(listed, asked.view),
        "empty": "" if chosen else lines.empty(listed, asked),
        "lines": rows,
        "has_ticks": any(row.can_tick for row in rows),
        "may_nothing": not (may.fetch or may.fill),
        "budget": "" if settings.OMDB_DEMO else lines.budget_in_words(budget),
        "waits": listed.figures_to is None,
        "clock": when(listed.figures_to, asked.view.today) if listed.figures_to else "",
        "cleared": asked.url(lacks="", minimum=""),
        "is_narrowed": bool(asked.kind or asked.minimum) and bool(listed.lacks),
        "poll": asked.url(),
        "number": number(at),
        "pages": pages,
        "previous": asked.url(page=str(at - 1)) if at > 1 else "",
        "next": asked.url(page=str(at + 1)) if at < pages else "",
    }


def _periods(asked: Asked) -> list[Choice]:
    view = asked.view
    found = [
        Choice(
            words=NAMES.get(preset, preset),
            url=view.query(period=preset, **asked.kept),
            is_current=preset == view.preset,
            spoken="" if preset in NAMES else "days",
        )
        for preset in (*PRESETS, "month")
    ]
    if view.preset == "custom":
        found.append(Choice(view.words, asked.url(), is_current=True))
    return found


def _chips(asked: Asked) -> list[Chip]:
    if not asked.minimum:
        return []
    return [Chip(f"At least {number(asked.minimum)} searches", asked.url(minimum=""))]
