"""The page of one error: what it means, how often it was seen, what it touched."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_celery_results.models import TaskResult

from dashboard.admin.task_labels import PAGES, attach_subjects, plain_name, subject, task_label
from dashboard.admin.task_stories import traceback_of
from dashboard.models import ErrorGroup
from dashboard.results.about import TASKS, rows_of
from dashboard.results.errors import DAY, MOST, Seen, sightings, touched_in_words
from dashboard.results.sentences import sentence
from dashboard.results.tracebacks import Traceback
from dashboard.services import KEEP_OTHER_TASKS
from dashboard.term_pages.sparks import spark
from movies import formats
from movies.admin.parts import Record, Table, link, may_view
from movies.labels import label

ROWS = 50


def note(error: ErrorGroup) -> str:
    """Return what the sentence leaves out: `ReadTimeout, Fill a film`."""
    return ", ".join(part for part in (error.exception, plain_name(error.task)) if part)


def record(error: ErrorGroup, now: datetime, *, may_retry: bool) -> Record:
    kept_from = now - KEEP_OTHER_TASKS
    since = min(max(error.first_seen, kept_from), now - DAY)
    within = f" in {KEEP_OTHER_TASKS.days} days" if error.first_seen < kept_from else ""
    found = sightings(error.records.all(), since, now)
    seen = found.of.get(error.pk, Seen())
    more = "more than " if found.counted_from else ""
    times = f"{more}{formats.counted(seen.times, 'time')}{within}"
    return Record(
        title=sentence(error),
        label=label("needs", "Failed"),
        sentence=format_html(
            "{}, last {}. {}",
            times,
            formats.ago(error.last_seen),
            _next(error, may_retry=may_retry),
        ),
        facts=[
            ("Task", plain_name(error.task)),
            ("First seen", formats.moment(error.first_seen)),
            ("Last seen", formats.moment(error.last_seen)),
            ("Touched", _touched(error, seen, more, within)),
            ("Trend", spark(seen.counts, is_open=True) or formats.NONE),
        ],
        technical=[
            ("Exception", error.exception or formats.NONE),
            ("Message, without ids", error.message or formats.NONE),
            ("Where", error.frame or formats.NONE),
            ("Task's name", error.task or formats.NONE),
            ("Fingerprint", error.fingerprint),
        ],
        extra={"traceback": _traceback(error)},
    )


def _touched(error: ErrorGroup, seen: Seen, more: str, within: str) -> str:
    words = touched_in_words(error, len(seen.touched))
    return f"{more}{words}{within}" if words else formats.NONE


def _next(error: ErrorGroup, *, may_retry: bool) -> str:
    """Return what happens by itself, and whom to ask."""
    if error.task in TASKS:
        words = "What has stayed failed waits for somebody to retry it."
        return words if may_retry else f"{words} Ask an operator."
    return "The task runs again when it is next due."


def _traceback(error: ErrorGroup) -> Traceback | None:
    """Return the newest traceback; none where our own code ended the work, or it is not kept."""
    newest = error.records.order_by("-changed_at", "-pk").values_list("pk", flat=True)[:1]
    return traceback_of(TaskResult.objects.filter(pk__in=list(newest)).first())


def touched(request: HttpRequest, error: ErrorGroup) -> Table:
    """Return the rows that it touched lately, each once, for who may see them."""
    kind = TASKS.get(error.task)
    newest = error.records.filter(about_id__gt=0).order_by("-changed_at", "-pk")
    last: dict[int, datetime] = {}
    if kind and may_view(request, PAGES[kind]):
        for pk, at in newest.values_list("about_id", "changed_at")[:MOST]:
            last.setdefault(pk or 0, at)
    shown = list(last.items())[:ROWS]
    rows = rows_of(kind, [pk for pk, _ in shown]) if kind and shown else {}
    return Table(
        columns=("What", "Failed last"),
        rows=[
            (subject(rows[pk]) if pk in rows else _gone(pk), formats.moment(at)) for pk, at in shown
        ],
        empty="Nothing that has a page, or that you may see.",
        more=f"The newest {ROWS} of {formats.number(len(last))}." if len(last) > ROWS else "",
    )


def _gone(pk: int) -> str:
    return f"{formats.number(pk)}, which is not there any more"


def tasks(request: HttpRequest, error: ErrorGroup) -> Table:
    """Return the newest tasks that failed so, and the way to all of them."""
    newest: list[Any] = list(error.records.order_by("-changed_at", "-pk")[: ROWS + 1])
    attach_subjects(request, newest)
    address = f"{reverse('admin:dashboard_taskrecord_changelist')}?group__exact={error.pk}"
    every: SafeString = format_html('<a class="link" href="{}">All of them</a>', address)
    return Table(
        columns=("Task", "State", "About", "Finished"),
        rows=[
            (
                link(task, plain_name(task.task)),
                task_label(task),
                task.subject,
                formats.moment(task.changed_at),
            )
            for task in newest[:ROWS]
        ],
        is_wide=True,
        empty="None of its tasks is kept any more.",
        more=every if len(newest) > ROWS else "",
    )
