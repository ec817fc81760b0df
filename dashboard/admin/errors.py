"""Errors: what failed, grouped by what is the same, and retried by its rows."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.admin import error_parts
from dashboard.admin.retrying import RetryAll, may_retry, may_retry_any, retry_url
from dashboard.admin.task_filters import TaskFilter
from dashboard.admin.tasks import OfTasks
from dashboard.models import ErrorGroup, TaskRecord
from dashboard.results.errors import DAY, Seen, answer, new_errors, sightings, touched_in_words
from dashboard.results.sentences import sentence
from dashboard.term_pages.sparks import spark
from movies import filters, formats
from movies.admin.parts import Record, Tab, history
from movies.admin.records import column

PERIODS = {"": DAY, "week": timedelta(days=7), "quarter": timedelta(days=90)}


class SeenFilter(filters.ChoiceFilter):
    title = "seen in the last"
    parameter_name = "seen"
    nothing_chosen = "24 hours"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("week", "7 days"), ("quarter", "90 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(last_seen__gte=timezone.now() - PERIODS[self.value() or ""])


class NewFilter(filters.ChoiceFilter):
    title = "first seen"
    parameter_name = "new"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("yes", "In 24 hours")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset & new_errors(timezone.now()) if self.value() else queryset


class ErrorColumns(OfTasks):
    """What the list shows of an error."""

    list_display = ("error", "times", "touched", "last", "trend", "retry_link")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Leave the buttons out for a reader who may press none of them."""
        return self.list_display if may_retry_any(request) else self.list_display[:-1]

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        now = timezone.now()
        since = now - PERIODS.get(request.GET.get("seen", ""), DAY)
        found = sightings(TaskRecord.objects.all(), since, now)
        vars(request)["counted_from"] = found.counted_from
        for row in rows:
            row.seen = found.of.get(row.pk, Seen())
            row.may_retry = may_retry(request, row)

    @column("error")
    def error(self, error: ErrorGroup) -> SafeString:
        return format_html(
            '<span class="error-words"><bdi>{}</bdi></span><span class="error-note">{}</span>',
            sentence(error),
            error_parts.note(error),
        )

    @column("times", is_number=True)
    def times(self, error: Any) -> SafeString:
        return formats.with_unit(error.seen.times, "time")

    @column("touched", is_number=True)
    def touched(self, error: Any) -> SafeString | str:
        return touched_in_words(error, len(error.seen.touched)) or formats.NOTHING

    @column("last seen")
    def last(self, error: ErrorGroup) -> SafeString:
        return formats.clock(error.last_seen)

    @column("trend")
    def trend(self, error: Any) -> SafeString:
        return spark(error.seen.counts, is_open=True)

    @column("retry")
    def retry_link(self, error: Any) -> SafeString:
        if not error.may_retry:
            return formats.NOTHING
        return format_html('<a class="action" href="{}">Retry…</a>', retry_url(error))


class ErrorGroupAdmin(RetryAll, ErrorColumns):
    list_filter = (SeenFilter, TaskFilter, NewFilter)
    list_name = "Errors"
    list_before_template = "dashboard/tasks/errors_head.html"
    change_form_template = "admin/traced.html"
    ordering = ("-last_seen", "-id")
    sortable_by = ()
    narrowed_by = ()

    @property
    def empty_list(self) -> str:  # type: ignore[override]
        """Return the answer to whether anything failed, which also heads a list of errors."""
        return answer(timezone.now())

    def record(self, request: HttpRequest, error: ErrorGroup) -> Record:
        may = may_retry(request, error)
        return error_parts.record(error, timezone.now(), may_retry=may)

    def tabs(self, request: HttpRequest, error: ErrorGroup) -> list[Tab]:
        return [
            Tab("touched", "Touched", lambda: error_parts.touched(request, error)),
            Tab("tasks", "Tasks", lambda: error_parts.tasks(request, error)),
            Tab("history", "History", lambda: history(error)),
        ]
