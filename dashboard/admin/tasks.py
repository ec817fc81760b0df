"""What the workers did: results of tasks and of groups of tasks, read only."""

from typing import Any

from celery import states
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_celery_results.models import GroupResult, TaskResult

from dashboard.admin.task_labels import (
    NAMES,
    STATES,
    attach_subjects,
    plain_name,
    run_time,
    task_label,
)
from dashboard.admin.task_stories import code, members, pretty, sentence
from movies import filters, formats
from movies.admin.parts import Record, Tab, Table, link
from movies.admin.records import RecordAdmin, column

GROUP_TASKS = 100


class StateFilter(filters.ChoiceFilter):
    """One word may stand for several of Celery's states."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(word, word) for word in dict.fromkeys(word for _, word in STATES.values())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        raw = [state for state, (_, word) in STATES.items() if word == self.value()]
        return queryset.filter(status__in=raw) if raw else queryset


class TaskFilter(filters.ChoiceFilter):
    """The tasks we have; asking the table for its names would read all of it."""

    title = "task"
    parameter_name = "task"
    field = "task_name"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return list(NAMES.items())


class DoneFilter(filters.DayFilter):
    field = "date_done"


def finished(task: Any) -> SafeString:
    """Return when a task ended; the column also holds a time while it still runs."""
    ended = task.status in states.READY_STATES
    return formats.moment(task.date_done if ended else None)


class TaskResultAdmin(RecordAdmin):
    list_display = ("task", "state", "about", "finished", "ran", "worker_name")
    list_filter = (StateFilter, TaskFilter, DoneFilter)
    # Its presence shows the field; get_search_results says what is searched.
    search_fields = ("task_id",)
    list_name = "Tasks"
    search_help_text = "Task id, or what the task does"
    ordering = ("-date_done", "-id")
    sortable_by = ("finished",)
    narrowed_by = ("date_done__gte",)
    children = (("Groups of tasks", "admin:django_celery_results_groupresult_changelist"),)
    empty_list = "No results yet. Workers write one for each task they run."

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaskResult]:
        tasks: QuerySet[TaskResult] = super().get_queryset(request)
        return tasks.defer("result", "traceback", "meta", "task_kwargs")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[TaskResult], search_term: str
    ) -> tuple[QuerySet[TaskResult], bool]:
        """Find by whole id or by name, both by index: the table is long."""
        text = search_term.strip()
        if not text:
            return queryset, False
        names = [name for name, words in NAMES.items() if text.lower() in words.lower()]
        return queryset.filter(Q(task_id=text) | Q(task_name__in=[*names, text])), False

    def prepare(self, request: HttpRequest, rows: list[TaskResult]) -> None:
        attach_subjects(request, rows)

    @column("task")
    def task(self, task: Any) -> str:
        return plain_name(task.task_name)

    @column("state")
    def state(self, task: Any) -> SafeString:
        return task_label(task)

    @column("about")
    def about(self, task: Any) -> SafeString:
        subject: SafeString = task.subject
        return subject

    @column("finished", ordering="date_done")
    def finished(self, task: Any) -> SafeString:
        return finished(task)

    @column("run time", is_number=True)
    def ran(self, task: Any) -> str:
        return run_time(task)

    @column("worker")
    def worker_name(self, task: Any) -> str:
        return task.worker or formats.NONE

    def record(self, request: HttpRequest, task: Any) -> Record:
        attach_subjects(request, [task])
        return Record(
            title=plain_name(task.task_name),
            label=task_label(task),
            sentence=sentence(task),
            facts=[
                ("About", task.subject),
                ("Finished", finished(task)),
                ("Run time", run_time(task)),
                ("Worker", task.worker or formats.NONE),
            ],
            technical=[
                ("Task id", task.task_id),
                ("Name", task.task_name or formats.NONE),
                ("Arguments", code(task.task_args)),
                ("Written", formats.moment(task.date_created)),
                ("Started", formats.moment(task.date_started)),
                ("Result", code(pretty(task.result))),
                ("Traceback", code(task.traceback)),
                ("More", code(pretty(task.meta))),
            ],
        )


class GroupResultAdmin(RecordAdmin):
    list_display = ("group_id", "finished")
    search_fields = ("group_id__exact",)
    list_name = "Groups of tasks"
    search_help_text = "Group id"
    ordering = ("-date_done", "-id")
    sortable_by = ("finished",)
    empty_list = "No groups of tasks yet."

    @column("finished", ordering="date_done")
    def finished(self, group: GroupResult) -> SafeString:
        return formats.moment(group.date_done)

    def record(self, request: HttpRequest, group: GroupResult) -> Record:
        return Record(
            title="Group of tasks",
            label=SafeString(""),
            sentence=format_html("Written {}.", formats.ago(group.date_done)),
            technical=[("Group id", group.group_id), ("Result", code(pretty(group.result)))],
        )

    def tabs(self, request: HttpRequest, group: GroupResult) -> list[Tab]:
        return [Tab("tasks", "Tasks", lambda: _tasks_of(group), of=TaskResult)]


def _tasks_of(group: GroupResult) -> Table:
    ids = members(group)[:GROUP_TASKS]
    tasks = TaskResult.objects.filter(task_id__in=ids).defer("result", "traceback", "meta")
    return Table(
        columns=("Task", "State", "Finished"),
        rows=[
            (link(task, plain_name(task.task_name)), task_label(task), finished(task))
            for task in tasks
        ],
        empty="The results of its tasks are not here any more.",
    )
