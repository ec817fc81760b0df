"""What a task's result says, in a sentence and laid out to be read."""

import json
from typing import Any

from celery import states
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_celery_results.models import GroupResult

from dashboard.admin.task_labels import run_time
from movies import formats

LONGEST = 20_000


def sentence(task: Any) -> SafeString:
    """Return what became of the task, in words."""
    match task.status:
        case states.SUCCESS:
            words = format_html("It ended well {}, after {}.", _ended(task), run_time(task))
        case states.FAILURE:
            words = format_html("It failed {}: {}", _ended(task), error(task))
        case states.STARTED:
            words = format_html("A worker began it {}.", formats.ago(task.date_started))
        case states.RETRY:
            words = format_html("It failed and is tried again: {}", error(task))
        case states.REVOKED | states.REJECTED | states.IGNORED:
            words = format_html("It was cancelled {}.", _ended(task))
        case _:
            words = SafeString("No worker has said anything of it yet.")
    return words


def _ended(task: Any) -> SafeString:
    return formats.ago(task.date_done)


def error(task: Any) -> str:
    """Return the type and the words of the exception that a failed task stored."""
    stored = _loaded(task.result)
    if not isinstance(stored, dict) or "exc_type" not in stored:
        return "the reason was not kept."
    words = stored.get("exc_message")
    text = " ".join(map(str, words)) if isinstance(words, list) else str(words or "")
    return f"{stored['exc_type']}: {text}" if text else f"{stored['exc_type']}."


def pretty(text: str | None) -> str:
    """Return JSON laid out over lines, and any other text as it is."""
    stored = _loaded(text)
    return text or "" if stored is None else json.dumps(stored, indent=2, ensure_ascii=False)


def code(text: str | None) -> SafeString:
    """Return a text as it was written, cut where nobody reads on; a dash for none."""
    if not text:
        return SafeString(formats.NONE)
    rest = len(text) - LONGEST
    cut = f"\n… {formats.counted(rest, 'more character')}" if rest > 0 else ""
    return format_html('<pre class="code" tabindex="0">{}{}</pre>', text[:LONGEST], cut)


def members(group: GroupResult) -> list[str]:
    """Return the ids of a group's tasks: Celery stores [[id, parent], [[[id, parent], …], …]]."""
    stored = _loaded(group.result)
    try:
        return [str(part[0][0]) for part in stored[1]]
    except (TypeError, IndexError, KeyError):
        return []


def _loaded(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None
