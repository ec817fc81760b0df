"""How tasks are put to staff: plain names, states and what a task was about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from dashboard.models import TaskRecord
from dashboard.results.about import rows_of
from movies import formats
from movies.admin.parts import link, may_view
from movies.labels import label
from movies.models import Refill, RefillItem, Search
from notifications.labels import name_of
from notifications.models import Notification

State, Kind = TaskRecord.State, TaskRecord.Kind
NAMES = {
    "movies.tasks.run_search": "Run a search",
    "movies.tasks.fill_refill_item": "Fill a film",
    "movies.tasks.sweep": "Find lost searches and re-fills",
    "notifications.tasks.deliver": "Deliver a notification",
    "notifications.tasks.relay": "Find lost notifications",
    "notifications.tasks.reconcile": "Find events that nobody heard",
    "dashboard.tasks.roll_up": "Bring the figures up to date",
    "dashboard.tasks.refresh_snapshot": "Work out term tables",
    "dashboard.tasks.prune": "Remove what is too old",
    "dashboard.tasks.choose_films": "Choose films to fill",
    "dashboard.tasks.look": "Look at the system",
    "dashboard.tasks.alert": "Tell of what is out of the ordinary",
    "dashboard.tasks.digest_week": "Tell of last week",
    "dashboard.tasks.mail_password_reset": "Mail a link for a new password",
    "dashboard.tasks.self_test": "Run a self-test",
}
ROLES = {
    State.WAITING: "rest",
    State.RUNNING: "moving",
    State.RETRYING: "moving",
    State.DONE: "good",
    State.FAILED: "needs",
    State.LOST: "look",
    State.CANCELLED: "rest",
    State.UNKNOWN: "rest",
}
NOTE_LENGTH = 100
# Whose right it takes to see what a task was about.
PAGES: dict[str, type[Model]] = {
    Kind.SEARCH: Search,
    Kind.ITEM: Refill,
    Kind.NOTIFICATION: Notification,
}


def task_label(task: TaskRecord, *, with_note: bool = True) -> SafeString:
    """Return the label of a task's state, with the reason of a failure or what comes next."""
    state = State(task.state)
    return label(ROLES[state], str(state.label), _note(task) if with_note else "")


def _note(task: TaskRecord) -> SafeString | str:
    match task.state:
        case State.FAILED:
            # Isolated: what a server says must not turn the rest of the page.
            return format_html("<bdi>{}</bdi>", Truncator(task.error).chars(NOTE_LENGTH))
        case State.LOST if task.about_kind:
            return "taken up again by itself"
        case State.RETRYING:
            return "by itself"
        case State.RUNNING:
            return format_html("since {}", formats.clock(task.started_at or task.changed_at))
    return ""


def plain_name(name: str) -> str:
    """Return what a task does in words; `app.tasks.tidy_up` becomes `Tidy up`."""
    if not name:
        return "Unknown task"
    return NAMES.get(name) or name.rpartition(".")[2].replace("_", " ").capitalize()


def attach_subjects(request: HttpRequest, tasks: Iterable[Any]) -> None:
    """Give each task its `subject`, the linked row it was about: one query for each kind.

    What the reader may not open is not named either.
    """
    wanted: dict[str, set[int]] = {}
    for task in tasks:
        if task.about_kind:
            wanted.setdefault(task.about_kind, set()).add(task.about_id)
    found = {
        kind: rows_of(kind, pks) for kind, pks in wanted.items() if may_view(request, PAGES[kind])
    }
    for task in tasks:
        task.subject = subject(found.get(task.about_kind, {}).get(task.about_id))


def subject(row: Any) -> SafeString:
    """Return a row linked to its page, or to that of the re-fill it belongs to."""
    match row:
        case Search():
            return link(row, row.term)
        case RefillItem():
            return link(row.refill, f"{row.movie}, {row.refill}")
        case Notification():
            return link(row, name_of(row))
    return SafeString(formats.NOTHING)
