"""The Schedule page: does what runs by itself run, and a button that runs it now."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from dashboard.admin.task_labels import plain_name
from dashboard.flow import beat, by_hand
from dashboard.flow.beat import Beat, Entry
from dashboard.flow.flow_page import PERMISSION
from dashboard.models import ScheduledRun
from movies.admin.parts import Table, person
from movies.formats import NOTHING, ago, clock, counted, duration
from movies.labels import label

RUN = "dashboard.run_schedule"
AWAY = "Nothing was started, the broker is out of reach. It begins by itself when it is due: {}."
ROLES = {
    ScheduledRun.State.DONE: "good",
    ScheduledRun.State.AGAIN: "moving",
    ScheduledRun.State.FAILED: "needs",
}


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found, entries = beat.beat(now), beat.entries(now)
    shown = {
        "clock": clock(now),
        "answer": _answer(found, entries),
        "table": _table(entries, now, may_run=request.user.has_perm(RUN)),
    }
    # The open page renews itself by what is below its head.
    if "HX-Request" in request.headers:
        return TemplateResponse(request, "dashboard/flow/entries.html", shown)
    context = admin.site.each_context(request) | {"title": "Schedule"} | shown
    return TemplateResponse(request, "dashboard/flow/schedule.html", context)


@require_POST
@permission_required((PERMISSION, RUN), raise_exception=True)
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Start an entry now; asked for twice while it is on its way, it runs once."""
    planned: Any = settings.CELERY_BEAT_SCHEDULE.get(name)
    if planned is None:
        raise Http404
    try:
        before = by_hand.run_now(planned, cast(User, request.user), timezone.now())
    except by_hand.BrokerAway:
        messages.error(request, format_html(AWAY, _linked(planned["task"])))
        return redirect("dashboard:schedule")
    if before is None:
        messages.success(request, format_html("Started: {}.", _linked(planned["task"])))
    else:
        words = format_html("Already done by {}: {}.", _asked(before), _linked(before.task))
        messages.info(request, words)
    return redirect("dashboard:schedule")


def _asked(row: ScheduledRun) -> SafeString:
    """Return who asked for a run that is on its way, and when."""
    return format_html("{}, {}", person(row.asked_by), clock(cast(datetime, row.asked_at)))


def _linked(task: str) -> SafeString:
    url = f"{reverse('dashboard:flow')}?{urlencode({'task': task})}"
    return format_html('<a class="link" href="{}">{}</a>', url, plain_name(task))


def _answer(found: Beat | None, entries: list[Entry]) -> str | SafeString:
    """Return the first that holds, the worst first."""
    if found is None:
        return "Beat has not run yet: nothing starts by itself."
    if not found.is_alive:
        since = found.stopped_at or found.at
        word = "stopped" if found.stopped_at else "silent since"
        return format_html("Beat: {} {}. Nothing starts by itself.", word, clock(since))
    if failed := [one.words for one in entries if one.last_state == ScheduledRun.State.FAILED]:
        return f"Failed when it last ran: {', '.join(failed)}."
    if behind := [one.words for one in entries if one.is_late or one.is_missed]:
        return f"Behind: {', '.join(behind)}."
    return f"{counted(len(entries), 'thing')} run by themselves, and all are on time."


def _table(entries: list[Entry], now: datetime, *, may_run: bool) -> Table:
    columns = ["What", "Last run", "It said", "How often", "Next run"]
    rows: list[list[object]] = [
        [
            _linked(one.task),
            _last(one, now),
            one.last_words or NOTHING,
            one.how_often,
            _next(one),
        ]
        for one in entries
    ]
    if may_run:
        columns.append("By hand")
        for row, one in zip(rows, entries, strict=True):
            row.append(_button(one))
    return Table(columns, rows, empty="Nothing is scheduled.", is_wide=True)


def _last(one: Entry, now: datetime) -> SafeString:
    if one.running_since:
        took = duration((now - one.running_since).total_seconds())
        return label("moving", "Running", f"for {took}")
    if not one.last_state:
        return label("rest", "Not run yet")
    state = ScheduledRun.State(one.last_state)
    took = "" if one.last_seconds is None else f", in {duration(one.last_seconds)}"
    return label(ROLES[state], str(state.label), format_html("{}{}", ago(one.last_at), took))


def _next(one: Entry) -> SafeString:
    if one.due_at and (one.is_late or one.is_missed):
        word = "Missed" if one.is_missed else "Late"
        return label("look", word, format_html("was to begin {}", clock(one.due_at)))
    if one.next_at is None:
        return NOTHING
    return format_html('<span class="unit">next </span>{}', clock(one.next_at))


def _button(one: Entry) -> SafeString:
    if one.asked:
        return format_html("Asked for by {}", _asked(one.asked))
    return format_html(
        '<button class="action" form="run-now" formaction="{}" aria-label="Run now: {}">'
        "Run now</button>",
        reverse("dashboard:run_now", args=[one.name]),
        one.words,
    )
