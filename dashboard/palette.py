"""Ctrl+K: the pages that the reader may open, and the rows they look for."""

import sys
import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.dataclasses import SearchResult

from dashboard.admin import task_filters
from dashboard.admin.task_labels import plain_name
from dashboard.models import TaskRecord
from dashboard.sidebar import RESULTS, may_view, navigation
from movies.models import TERM_LENGTH, Movie, SearchTerm
from movies.querysets import newest
from notifications.labels import name_of
from notifications.models import Notification

# Rows of a kind that people look for, and of one that is beside it.
FOUND, FEW = 10, 5
# Of so many rows, the newest, a text is looked for where no index helps.
SEARCHED, SEARCHED_MAILS = 100_000, 10_000
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


def find(request: HttpRequest, text: str) -> Iterator[SearchResult]:
    """Yield what Ctrl+K finds for `text`, a few rows of each kind that the reader may see."""
    user = request.user
    if user.has_perm("movies.view_searchterm"):
        for term in _terms(text):
            yield _result(term, str(term), "Term", "manage_search")
    if user.has_perm("movies.view_movie"):
        for film in _films(text):
            yield _result(film, str(film), "Film", "movie")
    if user.has_perm("notifications.view_notification"):
        for row in _notifications(text):
            yield _result(row, name_of(row), f"Notification, {row.get_state_display()}", "mail")
    if may_view(RESULTS)(request):
        for task in task_filters.found(request, TaskRecord.objects.all(), text)[:FEW]:
            words = f"Task, {task.get_state_display()}"
            yield _result(task, plain_name(task.task), words, "task_alt")


def _terms(text: str) -> list[SearchTerm]:
    terms = SearchTerm.objects.all()
    begin = terms.filter(term__startswith=text)
    if connection.vendor == "sqlite":
        # Its LIKE takes no index; what begins with a text stands together in that of the terms.
        begin = begin.filter(term__gte=text, term__lt=text + chr(sys.maxunicode))
    return _first(begin, newest(terms, SEARCHED).filter(term__contains=text))


def _films(text: str) -> list[Movie]:
    films = newest(Movie.objects.all(), SEARCHED)
    begin = _first(Movie.objects.called(text), films.filter(title__istartswith=text))
    return _first(begin, films.filter(title__icontains=text))


def _notifications(text: str) -> QuerySet[Notification]:
    rows = newest(Notification.objects.without_bodies(), SEARCHED_MAILS)
    return rows.filter(Q(about_text__icontains=text) | Q(subject__icontains=text))[:FEW]


def _first(best: list[Any] | QuerySet[Any], others: QuerySet[Any]) -> list[Any]:
    """Return a few rows: those that are best, and where these are less, others."""
    rows = list(best[:FOUND])
    if len(rows) == FOUND:
        return rows
    return [*rows, *others.exclude(pk__in=[row.pk for row in rows])[: FOUND - len(rows)]]


def _result(row: Model, title: str, kind: str, icon: str) -> SearchResult:
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return SearchResult(title=title, description=kind, link=reverse(page, args=[row.pk]), icon=icon)
