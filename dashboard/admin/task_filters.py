"""What the list of tasks can be narrowed to, and how far it is searched."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django_celery_results.models import TaskResult

from dashboard.admin.task_labels import NAMES
from dashboard.models import TaskRecord
from dashboard.results.about import TASKS
from movies import filters, formats
from movies.admin.parts import link
from notifications.admin.bounds import Pages

# Errors are compared with the words in so many failures, the newest that the filters leave.
MOST_SEARCHED = 2_000

Rows = QuerySet[Any]
Choices = list[tuple[str, str]]


class TaskPages(Pages):
    """Forty pages: a filter finds what is older."""

    most_counted = 2_000


class StateFilter(filters.ChoiceFilter):
    title = "state"
    parameter_name = field = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [(str(value), str(words)) for value, words in TaskRecord.State.choices]


class TaskFilter(filters.ChoiceFilter):
    """The tasks we have; asking the table for its names would read all of it."""

    title = "task"
    parameter_name = field = "task"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return list(NAMES.items())


class AboutFilter(filters.ChoiceFilter):
    title = "about"
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [(str(value), str(words)) for value, words in TaskRecord.Kind.choices]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        # By the task, whose index is in the order of the list.
        names = [name for name, kind in TASKS.items() if kind == self.value()]
        return queryset.filter(task__in=names) if names else queryset


class HeardFilter(filters.DayFilter):
    title = "last heard of"
    field = "changed_at"


def found(request: HttpRequest, rows: Rows, text: str) -> Rows:
    """Return the task with this id, those about a row with it, of a name, or with an error.

    Errors are compared with the words in the newest of the failures; the page says how far.
    """
    result = TaskResult.objects.filter(task_id=text).values_list("pk", flat=True).first()
    if result is not None:
        if not TaskRecord.objects.filter(pk=result).exists():
            page = link(TaskRecord(result_id=result), "Its page")
            vars(request)["search_note"] = format_html("It comes into the list soon. {}", page)
        return rows.filter(pk=result)
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return rows.filter(about_id=int(text))
    names = [name for name, words in NAMES.items() if text.lower() in words.lower()]
    by_name = rows.filter(task__in=[*names, text])
    return by_name if by_name.exists() else _by_error(request, rows, text)


def _by_error(request: HttpRequest, rows: Rows, text: str) -> Rows:
    failures = rows.filter(state=TaskRecord.State.FAILED)
    newest = failures.order_by("-changed_at", "-pk").values_list("changed_at", flat=True)
    last = list(newest[MOST_SEARCHED - 1 : MOST_SEARCHED + 1])
    if len(last) == 2:
        vars(request)["search_note"] = format_html(
            "Searched the newest {}, back to {}. Filters look further back; a whole task id is "
            "found whatever its age.",
            formats.counted(MOST_SEARCHED, "failure"),
            formats.moment(last[0]),
        )
        failures = failures.filter(changed_at__gte=last[0])
    words = Q()
    for word in text.split():
        words &= Q(error__icontains=word)
    return failures.filter(words)
