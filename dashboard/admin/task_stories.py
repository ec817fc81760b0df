"""What a task did, in sentences, and what its result holds beside them."""

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_celery_results.models import TaskResult

from dashboard.models import TaskRecord
from dashboard.results import tracebacks
from dashboard.results.fingerprints import loaded
from dashboard.results.masking import mask
from dashboard.results.tracebacks import Traceback
from movies import formats
from movies.models import Outcome, RefillItem
from notifications.models import Notification

State, Kind = TaskRecord.State, TaskRecord.Kind
LONGEST = 20_000
NOT_KEPT = "Its result is not kept any more."
# What our tasks return beside the state of their row.
RETURNED = {
    "not mine": "Nothing was to be done: it was done, or another worker had it",
    "mail server out of reach": "The mail server was out of reach; it goes by itself later",
}
WORDS: dict[str, Any] = {
    Kind.SEARCH: Outcome,
    Kind.ITEM: RefillItem.State,
    Kind.NOTIFICATION: Notification.State,
}
AGAIN: dict[str, str] = {
    Kind.SEARCH: "The search is taken up again by itself.",
    Kind.ITEM: "The film is taken up again by itself.",
    Kind.NOTIFICATION: "The notification is taken up again by itself.",
}


def sentence(task: TaskRecord) -> SafeString:
    """Return what became of the task, in words, and what comes next."""
    ended = formats.ago(task.changed_at)
    match task.state:
        case State.DONE:
            return format_html("It ended well {}, after {}.", ended, ran(task))
        case State.FAILED:
            return format_html("It failed {}: <bdi>{}</bdi>", ended, _full_stop(task.error))
        case State.RUNNING:
            return format_html("A worker began it {}.", formats.ago(task.started_at))
        case State.RETRYING:
            return SafeString("It failed and is tried again by itself.")
        case State.LOST:
            again = AGAIN.get(task.about_kind, "It runs again when it is next due.")
            began = formats.ago(task.started_at)
            return format_html("A worker began it {} and is gone. {}", began, again)
        case State.CANCELLED:
            return format_html("It was cancelled {}.", ended)
    return SafeString("No worker has said anything of it yet.")


def _full_stop(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def ran(task: TaskRecord) -> str:
    """Return how long an ended task ran; one that has not ended has no such time yet."""
    return _duration(task.run_ms)


def waited(task: TaskRecord) -> str:
    """Return how long it was from the asking until a worker began it."""
    return _duration(task.wait_ms)


def _duration(milliseconds: int | None) -> str:
    return formats.duration(None if milliseconds is None else milliseconds / 1000)


def ended_with(task: TaskRecord, result: TaskResult | None) -> str:
    """Return in words what a task of ours returned; a dash for anything else."""
    value = loaded(result.result) if result and task.about_kind else None
    if not isinstance(value, str):
        return formats.NONE
    labels = {str(word): str(words) for word, words in WORDS.get(task.about_kind, Outcome).choices}
    return RETURNED.get(value) or labels.get(value, formats.NONE)


def traceback_of(result: TaskResult | None) -> Traceback | None:
    """Return the traceback of a result without secrets; None if it has none."""
    text = result.traceback if result else None
    return tracebacks.parse(mask(text)) if text else None


def technical(task: TaskRecord, result: Any) -> list[tuple[str, object]]:
    """Return what the result holds, without secrets, cut where nobody reads on."""
    if result is None:
        return [("Result", NOT_KEPT), ("Key", task.pk)]
    return [
        ("Task id", result.task_id),
        ("Name", mask(result.task_name or formats.NONE)),
        ("Arguments", code(result.task_args)),
        ("Worker", result.worker or formats.NONE),
        ("Written", formats.moment(result.date_created)),
        ("Started", formats.moment(result.date_started)),
        ("Last heard of", formats.moment(result.date_done)),
        ("Result", code(pretty(result.result))),
        ("More", code(pretty(result.meta))),
    ]


def pretty(text: str | None) -> str:
    """Return JSON laid out over lines, and any other text as it is."""
    stored = loaded(text)
    return text or "" if stored is None else json.dumps(stored, indent=2, ensure_ascii=False)


def code(text: str | None) -> SafeString:
    """Return a text as it was written, without secrets, cut; a dash for none."""
    if not text:
        return SafeString(formats.NONE)
    text = mask(text)
    rest = len(text) - LONGEST
    cut = f"\n… {formats.counted(rest, 'more character')}" if rest > 0 else ""
    return format_html('<pre class="code" tabindex="0">{}{}</pre>', text[:LONGEST], cut)
