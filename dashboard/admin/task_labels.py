"""How the workers' results are put to staff: plain names, states and what a task was about."""

import re
from collections.abc import Iterable
from typing import Any

from celery import states
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

from movies import formats
from movies.admin.parts import link, may_view
from movies.labels import label
from movies.models import Refill, RefillItem, Search
from notifications.models import Notification

NAMES = {
    "movies.tasks.run_search": "Run a search",
    "movies.tasks.fill_refill_item": "Fill a film",
    "movies.tasks.sweep": "Find lost searches and re-fills",
    "notifications.tasks.deliver": "Deliver a notification",
    "notifications.tasks.relay": "Find lost notifications",
    "dashboard.tasks.prune": "Remove what is too old",
}
STATES = {
    states.PENDING: ("rest", "Waiting"),
    states.RECEIVED: ("rest", "Waiting"),
    states.STARTED: ("moving", "Running"),
    states.RETRY: ("moving", "Trying again"),
    states.SUCCESS: ("good", "Done"),
    states.FAILURE: ("needs", "Failed"),
    states.REVOKED: ("rest", "Cancelled"),
    states.REJECTED: ("rest", "Cancelled"),
    states.IGNORED: ("rest", "Cancelled"),
}
UNKNOWN = ("rest", "Unknown")
# The rows whose id these tasks take.
_ABOUT: dict[str, type[Model]] = {
    "movies.tasks.run_search": Search,
    "movies.tasks.fill_refill_item": RefillItem,
    "notifications.tasks.deliver": Notification,
}
# The rows whose page shows them, if it is not their own.
_PAGES: dict[type[Model], type[Model]] = {RefillItem: Refill}
_RELATED = {Search: ("term",), RefillItem: ("movie", "refill"), Notification: ()}
# Celery stores the arguments as the JSON of their repr: "(17,)".
_SINGLE_ID = re.compile(r"""["'(\[\s]*([0-9]{1,18}),?[)\]"'\s]*""")


def task_label(task: Any) -> SafeString:
    """Return the label of a task's state."""
    return label(*STATES.get(task.status, UNKNOWN))


def plain_name(name: str | None) -> str:
    """Return what a task does in words; `app.tasks.tidy_up` becomes `Tidy up`."""
    if not name:
        return "Unknown task"
    return NAMES.get(name) or name.rpartition(".")[2].replace("_", " ").capitalize()


def single_id(task: Any) -> int | None:
    """Return the one id a task was given, or None."""
    match = _SINGLE_ID.fullmatch(task.task_args or "")
    return int(match[1]) if match else None


def run_time(task: Any) -> str:
    """Return how long an ended task ran; one that has not ended has no such time yet."""
    if task.status not in states.READY_STATES or task.date_started is None:
        return formats.NONE
    return formats.duration((task.date_done - task.date_started).total_seconds())


def attach_subjects(request: HttpRequest, tasks: Iterable[Any]) -> None:
    """Give each task its `subject`, the linked row it was about: one query for each kind.

    What the reader may not open is not named either.
    """
    wanted: dict[type[Model], set[int]] = {}
    for task in tasks:
        if (model := _ABOUT.get(task.task_name)) and (pk := single_id(task)):
            wanted.setdefault(model, set()).add(pk)
    found = {
        model: _rows(model, pks)
        for model, pks in wanted.items()
        if may_view(request, _PAGES.get(model, model))
    }
    for task in tasks:
        rows = found.get(_ABOUT[task.task_name], {}) if task.task_name in _ABOUT else {}
        task.subject = _subject(rows.get(single_id(task) or 0))


def _rows(model: type[Any], pks: set[int]) -> dict[int, Any]:
    rows: dict[int, Any] = model.objects.select_related(*_RELATED[model]).in_bulk(pks)
    return rows


def _subject(row: Any) -> SafeString:
    match row:
        case Search():
            return link(row, row.term)
        case RefillItem():
            return link(row.refill, f"{row.movie}, {row.refill}")
        case Notification():
            return link(row)
    return SafeString(formats.NONE)
