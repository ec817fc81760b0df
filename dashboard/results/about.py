"""The rows that tasks are about: whose id a task was given, who asked, and how that went."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from dashboard.models import TaskRecord
from movies.models import Outcome, RefillItem, Search
from notifications.models import Notification

Kind = TaskRecord.Kind
# The tasks that take the id of a row; the words are those of dashboard.admin.task_labels.
TASKS = {
    "movies.tasks.run_search": Kind.SEARCH,
    "movies.tasks.fill_refill_item": Kind.ITEM,
    "notifications.tasks.deliver": Kind.NOTIFICATION,
}
# What these tasks return when all went well with the task, but not with the work.
FAILED_WORDS: Mapping[str, tuple[str, ...]] = {
    Kind.SEARCH: (Outcome.FAILED, Outcome.REFUSED),
    Kind.ITEM: (RefillItem.State.FAILED,),
    Kind.NOTIFICATION: (Notification.State.FAILED,),
}
# Celery stores the arguments as the JSON of their repr: "(17,)".
_SINGLE_ID = re.compile(r"""["'(\[\s]*([0-9]{1,18}),?[)\]"'\s]*""")

type Rows = Mapping[tuple[str, int], Work]


@dataclass(frozen=True, slots=True)
class Work:
    """What a row says of what was asked for."""

    asked_by: str
    queued_at: datetime
    # Why it failed; empty unless it is failed now.
    reason: str


def single_id(arguments: str | None) -> int | None:
    """Return the one id in a task's stored arguments, or None."""
    match = _SINGLE_ID.fullmatch(arguments or "")
    return int(match[1]) if match else None


def about(task: str | None, arguments: str | None) -> tuple[str, int | None]:
    """Return whose row a task was given, and its key; empty and None for neither."""
    pk = single_id(arguments)
    kind = TASKS.get(task or "")
    return (kind, pk) if kind and pk else ("", None)


def works(wanted: Iterable[tuple[str, int | None]]) -> Rows:
    """Return what the rows say, as far as they still exist: one query for each kind."""
    keys = _by_kind(wanted)
    return {
        (kind, row.pk): _READING[kind](row)
        for kind, pks in keys.items()
        for row in rows_of(kind, pks).values()
    }


def held(wanted: Iterable[tuple[str, int | None]], now: datetime) -> set[tuple[str, int]]:
    """Return the rows that a living worker holds a lease on."""
    return {
        (kind, pk)
        for kind, pks in _by_kind(wanted).items()
        for pk in MODELS[kind]
        .objects.filter(pk__in=pks, lease_until__gt=now)
        .values_list("pk", flat=True)
    }


def rows_of(kind: str, pks: Iterable[int]) -> dict[int, Any]:
    """Return rows of one kind by their keys, with what is shown of them."""
    model = MODELS[kind]
    rows = model.objects.select_related(*_RELATED[kind])
    if kind == Kind.NOTIFICATION:
        rows = rows.without_bodies()
    found: dict[int, Any] = rows.in_bulk(list(pks))
    return found


def _by_kind(wanted: Iterable[tuple[str, int | None]]) -> dict[str, set[int]]:
    keys: defaultdict[str, set[int]] = defaultdict(set)
    for kind, pk in wanted:
        if kind and pk:
            keys[kind].add(pk)
    return keys


def _of_search(row: Search) -> Work:
    asked_by = _name(row.requested_by) or str(row.get_origin_display())
    reason = row.message if row.outcome in FAILED_WORDS[Kind.SEARCH] else ""
    return Work(asked_by, row.created_at, reason)


def _of_item(row: RefillItem) -> Work:
    asked_by = _name(row.refill.requested_by)
    reason = row.message if row.state in FAILED_WORDS[Kind.ITEM] else ""
    return Work(asked_by, row.refill.created_at, reason)


def _of_notification(row: Notification) -> Work:
    reason = row.reason if row.state in FAILED_WORDS[Kind.NOTIFICATION] else ""
    return Work(str(row.get_origin_display()), row.created_at, reason)


def _name(user: User | None) -> str:
    return user.get_username() if user else ""


MODELS: Mapping[str, Any] = {
    Kind.SEARCH: Search,
    Kind.ITEM: RefillItem,
    Kind.NOTIFICATION: Notification,
}
_RELATED: Mapping[str, tuple[str, ...]] = {
    Kind.SEARCH: ("term", "requested_by"),
    Kind.ITEM: ("movie", "refill__requested_by"),
    Kind.NOTIFICATION: (),
}
_READING: Mapping[str, Callable[[Any], Work]] = {
    Kind.SEARCH: _of_search,
    Kind.ITEM: _of_item,
    Kind.NOTIFICATION: _of_notification,
}
