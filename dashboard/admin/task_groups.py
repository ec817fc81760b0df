"""Groups of tasks, as Celery's chords leave them, read only."""

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_celery_results.models import GroupResult, TaskResult

from dashboard.admin.task_labels import plain_name, task_label
from dashboard.admin.task_stories import code, pretty
from dashboard.admin.tasks import finished
from dashboard.models import TaskRecord
from dashboard.results.drafting import drafts
from dashboard.results.fingerprints import loaded
from movies import formats
from movies.admin.parts import Record, Tab, Table, link
from movies.admin.records import RecordAdmin, column

GROUP_TASKS = 100


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
        return [Tab("tasks", "Tasks", lambda: _tasks_of(group), of=TaskRecord)]


def members(group: GroupResult) -> list[str]:
    """Return the ids of a group's tasks: Celery stores [[id, parent], [[[id, parent], …], …]]."""
    stored: Any = loaded(group.result)
    try:
        return [str(part[0][0]) for part in stored[1]]
    except (TypeError, IndexError, KeyError):
        return []


def _tasks_of(group: GroupResult) -> Table:
    ids = members(group)[:GROUP_TASKS]
    found = TaskResult.objects.filter(task_id__in=ids).values_list("pk", flat=True)
    tasks = [draft.record for draft in drafts(found)]
    return Table(
        columns=("Task", "State", "Finished"),
        rows=[
            (link(task, plain_name(task.task)), task_label(task), finished(task)) for task in tasks
        ],
        empty="The results of its tasks are not here any more.",
    )
