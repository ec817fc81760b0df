"""What the workers did: the list of tasks and the page of one, read only."""

import re
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django_celery_results.models import TaskResult

from dashboard.admin import task_filters, task_stories
from dashboard.admin.retrying import may_retry, retry_url
from dashboard.admin.task_labels import attach_subjects, plain_name, task_label
from dashboard.models import TaskRecord
from dashboard.results.drafting import drafts
from dashboard.results.sentences import sentence
from movies import formats
from movies.admin.parts import Record, link
from movies.admin.records import LONGEST, RecordAdmin, column

VIEW = "django_celery_results.view_taskresult"
State = TaskRecord.State


class OfTasks(RecordAdmin):
    """What is made of results is for those who may see results."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(VIEW)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)


class TaskColumns(OfTasks):
    """What the list shows of a task."""

    list_display = ("task_name", "state_label", "about", "finished", "waited", "ran")

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        attach_subjects(request, rows)

    @column("task")
    def task_name(self, task: TaskRecord) -> str:
        return plain_name(task.task)

    @column("state")
    def state_label(self, task: TaskRecord) -> SafeString:
        return task_label(task)

    @column("about")
    def about(self, task: Any) -> SafeString:
        subject: SafeString = task.subject
        return subject

    @column("finished")
    def finished(self, task: TaskRecord) -> SafeString:
        return finished(task)

    @column("waited", is_number=True)
    def waited(self, task: TaskRecord) -> SafeString | str:
        return formats.NOTHING if task.wait_ms is None else task_stories.waited(task)

    @column("run time", is_number=True)
    def ran(self, task: TaskRecord) -> SafeString | str:
        return formats.NOTHING if task.run_ms is None else task_stories.ran(task)


class TaskRecordAdmin(TaskColumns):
    list_filter = (
        task_filters.StateFilter,
        task_filters.TaskFilter,
        task_filters.AboutFilter,
        task_filters.HeardFilter,
    )
    # Its presence shows the field; get_search_results says what is searched.
    search_fields = ("error",)
    search_help_text = "Task id, id of what it was about, what the task does, or words of an error"
    list_name = "Tasks"
    list_before_template = "dashboard/tasks/head.html"
    change_form_template = "admin/traced.html"
    paginator = task_filters.TaskPages
    # Newest first and nothing else: any other order would read the whole table.
    sortable_by = ()
    narrowed_by = ("changed_at__gte", "group__exact")
    children = (("Groups of tasks", "admin:django_celery_results_groupresult_changelist"),)
    empty_list = "No tasks yet. Workers leave one for each thing they do."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[TaskRecord], search_term: str
    ) -> tuple[QuerySet[TaskRecord], bool]:
        text = search_term.replace("\0", " ").strip()[:LONGEST]
        return (task_filters.found(request, queryset, text) if text else queryset), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> TaskRecord | None:
        """Return a record; of a result that was not folded yet, the one that it will have."""
        if not re.fullmatch("[0-9]{1,18}", object_id):
            return None
        pk = int(object_id)
        record = TaskRecord.objects.select_related("group").filter(pk=pk).first()
        return record or next((draft.record for draft in drafts([pk])), None)

    def record(self, request: HttpRequest, task: Any) -> Record:
        attach_subjects(request, [task])
        result = TaskResult.objects.filter(pk=task.pk).first()
        group = task.group
        return Record(
            title=plain_name(task.task),
            label=task_label(task, with_note=False),
            sentence=task_stories.sentence(task),
            facts=[
                *(_about(task, result) if task.about_kind else ()),
                ("Finished", finished(task)),
                ("Run time", task_stories.ran(task)),
                *([("Error", link(group, sentence(group)))] if group else ()),
            ],
            technical=task_stories.technical(task, result),
            extra={
                "traceback": task_stories.traceback_of(result),
                "retry": retry_url(group, task.pk) if group and may_retry(request, group) else "",
            },
        )


def _about(task: Any, result: TaskResult | None) -> list[tuple[str, object]]:
    """Return what only a task has that was about something."""
    return [
        ("About", task.subject),
        ("Asked by", task.asked_by or formats.NONE),
        ("Asked for", formats.moment(task.queued_at)),
        ("Waited", task_stories.waited(task)),
        ("Ended with", task_stories.ended_with(task, result)),
    ]


def finished(task: TaskRecord) -> SafeString:
    """Return when a task ended; a dash for one that has not."""
    is_open = task.state in (State.WAITING, State.RUNNING, State.RETRYING, State.LOST)
    return formats.NOTHING if is_open else formats.moment(task.changed_at)
