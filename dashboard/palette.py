"""Ctrl+K: the pages that the reader may open, and the terms and films they look for."""

import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.dataclasses import SearchResult

from dashboard.sidebar import may_view, navigation
from movies.models import TERM_LENGTH, Movie, SearchTerm

# Rows of a kind.
FOUND = 10
# Lists that are reached from others: their title, the group of these, their page and their icon.
CHILDREN = (
    ("Genres", "Films", "movies_genre", "theater_comedy"),
    ("Lock-outs", "People", "dashboard_lockout", "lock"),
    ("Groups of tasks", "Background work", "django_celery_results_groupresult", "task_alt"),
)


def search(request: HttpRequest) -> HttpResponse:
    """Answer Ctrl+K, in place of Unfold's own view, which believes what is sent and keeps an
    answer for minutes, whatever the reader may still see.
    """
    began = time.monotonic()
    text = request.GET.get("s", "").replace("\0", "").lower()[:TERM_LENGTH]
    if not text:
        return HttpResponse()
    results = [*_pages(request, text), *find(request, text)]
    return TemplateResponse(
        request,
        "unfold/helpers/command_results.html",
        {
            "results": results,
            "page_obj": {"count": len(results)},
            "page_counter": 0,
            "execution_time": time.monotonic() - began,
        },
        headers={"HX-Trigger": "search"},
    )


def _pages(request: HttpRequest, text: str) -> list[SearchResult]:
    """Return the pages whose title or group has `text` in it, as the sidebar calls them."""
    return [
        page
        for page in chain(_items(request), _children(request))
        if text in f"{page.title}\n{page.description}".lower()
    ]


def _items(request: HttpRequest) -> Iterator[SearchResult]:
    for group in navigation(request):
        for item in group["items"]:
            if item["permission"](request):
                yield SearchResult(item["title"], group["title"], item["link"], item["icon"])


def _children(request: HttpRequest) -> Iterator[SearchResult]:
    for title, group, page, icon in CHILDREN:
        if may_view(page)(request):
            yield SearchResult(title, group, reverse(f"admin:{page}_changelist"), icon)


def find(request: HttpRequest, text: str) -> list[SearchResult]:
    """Return the terms and films that Ctrl+K finds for `text`, a few of each."""
    found: list[SearchResult] = []
    if request.user.has_perm("movies.view_searchterm"):
        terms = SearchTerm.objects
        rows = _first(terms.filter(term__startswith=text), terms.filter(term__contains=text))
        found += [_result(term, "Term", "manage_search") for term in rows]
    if request.user.has_perm("movies.view_movie"):
        films = Movie.objects
        rows = _first(films.filter(title__istartswith=text), films.filter(title__icontains=text))
        found += [_result(film, "Film", "movie") for film in rows]
    return found


def _first(begin: QuerySet[Any], contain: QuerySet[Any]) -> list[Any]:
    """Return a few rows that begin with a text, and where these are less, others that contain it.

    Beginnings have an index: for them alone all rows need not be read.
    """
    rows = list(begin[:FOUND])
    if len(rows) == FOUND:
        return rows
    others = contain.exclude(pk__in=[row.pk for row in rows])
    return [*rows, *others[: FOUND - len(rows)]]


def _result(row: Movie | SearchTerm, kind: str, icon: str) -> SearchResult:
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return SearchResult(
        title=str(row), description=kind, link=reverse(page, args=[row.pk]), icon=icon
    )
