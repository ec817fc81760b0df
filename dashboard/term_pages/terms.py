"""The Terms page: what people search for, what rises and falls, what is new, gone or not found."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.days import site_date
from dashboard.periods import View, view_of
from dashboard.ranks import term_tables
from dashboard.ranks.boards import TermTable
from dashboard.term_pages import term_answers, term_lines, term_trends
from dashboard.term_pages.term_asking import Asked, asked_of
from dashboard.term_pages.term_links import controls, tabs, terms_url
from movies.admin.parts import Chip
from movies.formats import number


@require_safe
@permission_required("movies.view_searchterm", raise_exception=True)
def terms(request: HttpRequest) -> HttpResponse:
    """Answer with the page; to htmx, which waits for the figures, with the part that changes."""
    now = timezone.now()
    view, asked = view_of(request.GET, site_date(now)), asked_of(request.GET)
    table = term_tables.read(
        view,
        asked.table,
        now,
        find=asked.find,
        minimum=asked.minimum,
        sort=asked.sort,
        page=asked.page,
    )
    is_part = "HX-Request" in request.headers
    page = {"is_part": is_part, **_table(view, asked, table)}
    if is_part:
        return TemplateResponse(request, "dashboard/terms/part.html", {"page": page})
    left_out = term_trends.left_out_of(view)
    context = {
        **admin.site.each_context(request),
        "title": "Terms",
        "asked": asked,
        "controls": controls(view, table.figures_to, left_out, asked.parameters()),
        "tabs": tabs(asked.table, view, _kept(asked, "find", "minimum")),
        "page": page | _filters(view, asked),
    }
    return TemplateResponse(request, "dashboard/terms/index.html", context)


def _table(view: View, asked: Asked, table: TermTable) -> dict[str, Any]:
    """Return what changes when the figures come."""
    query = asked.parameters()
    # What nothing belongs into says why by itself.
    is_narrowed = bool(asked.find or asked.minimum) and table.terms != 0
    return {
        "answer": term_answers.answer(table, view),
        "lines": term_lines.lines(table, view),
        "heads": term_lines.heads(table.key, view, asked),
        "share_of": term_lines.share_of(table.key),
        "is_ready": table.is_ready,
        "waits": table.is_live or not table.is_ready,
        # Unless the first line says it.
        "reason": "" if term_answers.is_nothing(table) else table.reason,
        "note": table.reason,
        "first_of": term_lines.first_of(table),
        "other": term_lines.other_row(table),
        "number": number(table.page),
        "pages": table.pages,
        "previous": _page(view, query, table.page - 1) if table.page > 1 else "",
        "next": _page(view, query, table.page + 1) if table.page < table.pages else "",
        "poll": _page(view, query, table.page),
        "cleared": terms_url(view, **_kept(asked, "tab", "sort")),
        "is_narrowed": is_narrowed,
        "kept_by_compare": view.parameters(),
    }


def _filters(view: View, asked: Asked) -> dict[str, Any]:
    """Return what stands around the table: the filters that are set, and the exports."""
    set_filters = {"find": f"Find: {asked.find}", "minimum": f"At least {number(asked.minimum)}"}
    return {
        "problem": asked.problem,
        "kept_by_filters": view.parameters() | _kept(asked, "tab", "sort"),
        "chips": [
            Chip(words, terms_url(view, **asked.parameters() | {name: ""}))
            for name, words in set_filters.items()
            if name in asked.parameters()
        ],
        "query": view.query(**asked.parameters()),
    }


def _kept(asked: Asked, *names: str) -> dict[str, str]:
    return {name: value for name, value in asked.parameters().items() if name in names}


def _page(view: View, query: dict[str, str], page: int) -> str:
    return terms_url(view, **query, page=str(page) if page > 1 else "")
