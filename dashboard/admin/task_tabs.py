"""What the workers did for one row, on the row's own page."""

from django.db.models import Model

from dashboard.admin.task_labels import plain_name, task_label
from dashboard.admin.task_stories import ran, waited
from dashboard.admin.tasks import finished
from dashboard.models import TaskRecord
from movies.admin.parts import Tab, Table, link

Kind = TaskRecord.Kind
ROWS = 50


def task_tab(kind: str, row: Model) -> Tab:
    """Return the tab with the newest tasks that were given this row's id."""
    return Tab("tasks", "Tasks", lambda: _tasks(kind, row), of=TaskRecord)


def _tasks(kind: str, row: Model) -> Table:
    found = TaskRecord.objects.filter(about_kind=kind, about_id=row.pk)
    newest = list(found.order_by("-changed_at", "-pk")[: ROWS + 1])
    return Table(
        columns=("Task", "State", "Waited", "Run time", "Finished"),
        rows=[
            (
                link(task, plain_name(task.task)),
                task_label(task),
                waited(task),
                ran(task),
                finished(task),
            )
            for task in newest[:ROWS]
        ],
        numbers=(2, 3),
        is_wide=True,
        empty="No task was given it, or what it left is not kept any more.",
        more=f"The newest {ROWS} tasks." if len(newest) > ROWS else "",
    )
