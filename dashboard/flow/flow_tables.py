"""The tables of the Flow page."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from dashboard.admin.task_labels import plain_name
from dashboard.flow.buckets import in_words
from dashboard.flow.queues import UNACKED, Oldest
from dashboard.flow.reading import Span, TaskFlow
from dashboard.flow.workers import Running, Worker
from movies.admin.parts import Table
from movies.formats import NOTHING, ago, duration, number, rate
from movies.labels import label
from movies.words import clock

# The pages of what a task is about, and who may see them.
PAGES = {
    "movies.tasks.run_search": ("admin:movies_search_change", "movies.view_search"),
    "notifications.tasks.deliver": (
        "admin:notifications_notification_change",
        "notifications.view_notification",
    ),
}
NO_RUNS = "Nothing ran in this time. Workers count each task they run, the ticks of beat as well."
NO_WORKERS = "No worker told of itself within a day. Each does every three seconds while it runs."


def of_tasks(found: Iterable[TaskFlow], span: Span) -> Table:
    """Return how much of each task ran, how much failed, and how long it took."""
    rows = [
        (
            _linked(plain_name(one.task), chosen(span, one.task)),
            number(one.runs),
            _an_hour(one.runs / span.hours),
            _failed(one),
            _times(one.waited),
            _times(one.ran),
        )
        for one in found
    ]
    return Table(
        columns=("Task", "Runs", "An hour", "Failed", "Waited", "Ran"),
        rows=rows,
        empty=NO_RUNS,
        numbers=(1, 2, 3, 4, 5),
        is_wide=True,
    )


def chosen(span: Span, task: str = "") -> str:
    """Return the address of the page in a span, of one task or of all."""
    return f"?{urlencode({'period': span.key} | ({'task': task} if task else {}))}"


def _linked(words: str, url: str) -> SafeString:
    return format_html('<a class="link" href="{}">{}</a>', url, words)


def _an_hour(runs: float) -> str:
    if runs >= 10:
        return number(round(runs))
    return f"{runs:.1f}" if runs >= 0.1 else "<0.1"


def _failed(one: TaskFlow) -> SafeString | str:
    if not one.failures:
        return "0"
    return format_html("{} ({})", number(one.failures), rate(one.failures, one.runs))


def _times(percentiles: Iterable[float | None]) -> str:
    times = [in_words(seconds) for seconds in percentiles if seconds is not None]
    return " / ".join(times) or NOTHING


def of_queues(depths: Mapping[str, int] | None, workers: Iterable[Worker]) -> Table:
    """Return what waits in each queue, and which workers take from it."""
    served = {queue.name: _served(queue.name, workers) for queue in settings.CELERY_TASK_QUEUES}
    rows: list[tuple[object, ...]] = [
        (queue.capitalize(), number(depths[queue] if depths else None), by)
        for queue, by in served.items()
    ]
    held = number(depths[UNACKED] if depths else None)
    rows.append(("Held by workers", held, "Given back if they die"))
    return Table(("Queue", "Messages", "Served by"), rows, empty="", numbers=(1,))


def _served(queue: str, workers: Iterable[Worker]) -> str | SafeString:
    names = [one.name for one in workers if one.is_alive and queue in one.queues]
    return ", ".join(names) or label("needs", "Nobody")


def of_waiting(oldest: Oldest, now: datetime) -> list[tuple[str, object]]:
    """Return how long the oldest of each kind of work has waited for a worker."""
    return [
        (words, duration((now - since).total_seconds()) if since else "Nothing waits")
        for words, since in (
            ("Oldest search", oldest.search),
            ("Oldest mail", oldest.mail),
            ("Oldest film of a re-fill", oldest.item),
        )
    ]


def of_workers(found: Iterable[Worker], request: HttpRequest, now: datetime) -> Table:
    """Return who works, on what, and with which code."""
    rows = [
        (
            one.name,
            _state(one),
            ", ".join(one.queues),
            f"{number(len(one.running))} of {number(one.concurrency)}",
            _running(one.running, request, now),
            _version(one),
        )
        for one in found
    ]
    columns = ("Worker", "State", "Queues", "Busy", "Running now", "Code")
    return Table(columns, rows, empty=NO_WORKERS, is_wide=True)


def _state(one: Worker) -> SafeString:
    if one.stopped_at:
        return label("rest", "Stopped", format_html("{}", ago(one.stopped_at)))
    if one.is_silent:
        return label("needs", "Silent", format_html("since {}", clock(one.at)))
    if one.stopping_at:
        return label("moving", "Stopping", "when its tasks are done")
    return label("good", "Running")


def _running(tasks: Iterable[Running], request: HttpRequest, now: datetime) -> SafeString:
    lines = [(_named(one, request), duration((now - one.since).total_seconds())) for one in tasks]
    return format_html_join(SafeString("<br>"), "{}, for {}", lines) or NOTHING


def _named(one: Running, request: HttpRequest) -> SafeString | str:
    words = plain_name(one.task)
    if one.about is None:
        return words
    page, right = PAGES.get(one.task, ("", ""))
    if not page or not request.user.has_perm(right):
        return f"{words} {one.about}"
    return _linked(f"{words} {one.about}", reverse(page, args=[one.about]))


def _version(one: Worker) -> SafeString | str:
    if not one.is_other_version:
        return one.version
    return label("look", one.version, "not that of this page")
