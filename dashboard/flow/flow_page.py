"""The Flow page: does the work flow, how much of it is there, and how long does it take?"""

from datetime import timedelta

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.admin.task_labels import plain_name
from dashboard.flow import flow_tables
from dashboard.flow.flow_chart import chart_of
from dashboard.flow.flow_tables import chosen
from dashboard.flow.queues import Oldest, depths, oldest
from dashboard.flow.reading import DAYS, Span, TaskFlow, by_task, by_time, span_of
from dashboard.flow.workers import Worker, queues_without_worker, workers
from dashboard.front.controls import Choice
from movies.admin.parts import Chip
from movies.formats import counted, duration, number
from movies.words import clock

PERMISSION = "django_celery_results.view_taskresult"
# Longer than anything waits on a quiet site.
LONG = timedelta(minutes=1)
KINDS = {"search": "A search", "mail": "A mail", "item": "A film of a re-fill"}


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    span = span_of(request.GET.get("period", ""), now)
    tasks, found = by_task(span), workers(now)
    waiting, queued = oldest(now), depths()
    task = next((one.task for one in tasks if one.task == request.GET.get("task")), "")
    shown = {
        "answer": _answer(found, queued, waiting, tasks, span),
        "clock": clock(now),
        "periods": _periods(span, task),
        "chart": chart_of(by_time(span, task), span) if tasks else None,
        "chip": Chip(f"Task: {plain_name(task)}", chosen(span)) if task else None,
        "tasks": flow_tables.of_tasks(tasks, span),
        "queues": flow_tables.of_queues(queued, found),
        "waiting": flow_tables.of_waiting(waiting, now),
        "workers": flow_tables.of_workers(found, request, now),
    }
    # The open page renews itself by what is below its head.
    if "HX-Request" in request.headers:
        return TemplateResponse(request, "dashboard/flow/flow.html", shown)
    context = admin.site.each_context(request) | {"title": "Flow"} | shown
    return TemplateResponse(request, "dashboard/flow/page.html", context)


def _periods(span: Span, task: str) -> list[Choice]:
    spans = [span_of(key, span.now) for key in DAYS]
    return [Choice(one.words, chosen(one, task), one.key == span.key) for one in spans]


def _answer(
    found: list[Worker],
    queued: dict[str, int] | None,
    waiting: Oldest,
    tasks: list[TaskFlow],
    span: Span,
) -> str:
    """Return the first that holds, the worst first."""
    if queued is None:
        return "The broker is out of reach; work waits in its rows, and nothing is lost."
    silent = "; ".join(f"{one.name} silent since {clock(one.at)}" for one in found if one.is_silent)
    if unserved := queues_without_worker(found):
        return f"Nobody takes from {', '.join(unserved)}: {silent or 'no worker runs for it'}."
    for kind, words in KINDS.items():
        since = getattr(waiting, kind)
        if since and span.now - since > LONG:
            waited = duration((span.now - since).total_seconds())
            return f"{words} has waited for {waited}."
    if silent:
        return f"Every queue is served, but a worker is gone: {silent}."
    runs, failures = sum(one.runs for one in tasks), sum(one.failures for one in tasks)
    failed = f"{number(failures)} failed" if failures else "none failed"
    return f"Work flows: {counted(runs, 'run')} in {span.words}, {failed}."
