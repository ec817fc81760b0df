"""Retry all of an error: the question, which says what is skipped and what it costs; the doing."""

import re
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.enums import ActionVariant

from dashboard.admin.task_labels import PAGES, subject
from dashboard.models import ErrorGroup
from dashboard.results import retrying
from dashboard.results.about import TASKS
from dashboard.results.errors import TOUCHED, Kind
from dashboard.results.retrying import MOST_RETRIED, Plan
from dashboard.results.sentences import sentence
from movies import calls
from movies.admin.parts import link, may_view, person
from movies.formats import clock, counted, number
from movies.models import Movie, SearchTerm
from notifications.admin.asks import ONLY_THE_REST
from notifications.admin.dialogs import admins

# A term is searched once, however many of its searches failed.
RETRIED = TOUCHED | {Kind.SEARCH: ("term", "terms")}
# Of what has succeeded since, so many are linked.
LINKED = 5
RIGHTS = {
    Kind.SEARCH: "movies.repeat_searchterm",
    Kind.ITEM: "movies.refill_movie",
    Kind.NOTIFICATION: "notifications.retry_notification",
}


def may_retry(request: HttpRequest, error: ErrorGroup) -> bool:
    """Return whether the reader may retry the rows that it touched, and see them."""
    kind = TASKS.get(error.task)
    return bool(kind and request.user.has_perm(RIGHTS[kind]) and may_view(request, PAGES[kind]))


def may_retry_any(request: HttpRequest) -> bool:
    """Return whether the reader may retry rows of any kind."""
    return any(request.user.has_perm(right) for right in RIGHTS.values())


def retry_url(error: ErrorGroup, only: int | None = None) -> str:
    """Return where the question about an error is put, or about one of its tasks only."""
    narrowed = f"?task={only}" if only else ""
    return reverse("admin:dashboard_errorgroup_retry_all", args=[error.pk]) + narrowed


class RetryAll(ModelAdmin):
    """Adds to the errors' admin what asks for a retry and does it."""

    actions_detail = ("retry_all",)

    def has_retry_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        error = self.get_object(request, str(object_id))
        return error is not None and may_retry(request, error)

    # Without a dialog Unfold calls this on a plain GET: then it only asks.
    @action(
        description="Retry…",
        url_path="retry",
        icon="replay",
        permissions=["retry"],
        variant=ActionVariant.PRIMARY,
    )
    def retry_all(self, request: HttpRequest, object_id: str) -> HttpResponse:
        error = cast(ErrorGroup, self.get_object(request, object_id))
        if request.method == "POST":
            _do(request, error)
            return HttpResponseRedirect(_page(error))
        only = request.GET.get("task", "")
        plan = retrying.plan(error, int(only) if re.fullmatch("[0-9]{1,18}", only) else None)
        if not plan.again:
            messages.info(request, _nothing(plan))
            return HttpResponseRedirect(_page(error))
        question = self._question(request, error, plan)
        return TemplateResponse(request, "dashboard/tasks/retry.html", question)

    def _question(self, request: HttpRequest, error: ErrorGroup, plan: Plan) -> dict[str, Any]:
        count, last = len(plan.again), retrying.last_retry(error)
        of_them = f" of {number(plan.whole)}" if plan.whole > count else ""
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Retry {number(count)}{of_them}?",
            "error": sentence(error),
            "skipped": _skipped(plan),
            "cost": _cost(error, count),
            "button": f"Retry {counted(count, *RETRIED[TASKS[error.task]])}",
            # Not the error: what fails meanwhile was not asked about.
            "rows": ",".join(map(str, plan.again)),
            "seen": last.pk if last else 0,
            "back": _page(error),
        }


def _do(request: HttpRequest, error: ErrorGroup) -> None:
    keys, seen = request.POST.get("rows", "").split(","), request.POST.get("seen", "")
    numbers = [*keys, seen]
    if len(keys) > MOST_RETRIED or not all(re.fullmatch("[0-9]{1,18}", key) for key in numbers):
        messages.error(request, "Nothing was retried: ask again.")
        return
    user, rows = cast(User, request.user), list(map(int, keys))
    if first := retrying.claim(error, int(seen), rows, user):
        who, when = person(first.user), clock(first.action_time)
        messages.info(request, format_html("Already done by {}, {}.", who, when))
        return
    done = retrying.retry(error, rows, user)
    what = counted(done, *RETRIED[TASKS[error.task]])
    rest = len(keys) - done
    skipped = f" {number(rest)} needed it no more." if rest else ""
    messages.success(request, f"{retrying.QUEUED} {what}.{skipped}")


def _nothing(plan: Plan) -> SafeString:
    if not plan.whole:
        return SafeString("Nothing to retry: no failure of it is kept.")
    return format_html("Nothing to retry. {}", _skipped(plan))


def _skipped(plan: Plan) -> SafeString:
    """Return what is not retried and why, with links to what has succeeded since."""
    parts: list[SafeString | str] = []
    if plan.succeeded:
        have = "has" if len(plan.succeeded) == 1 else "have"
        are = "is" if len(plan.succeeded) == 1 else "are"
        linked = format_html_join(", ", "{}", ((_linked(row),) for row in plan.succeeded[:LINKED]))
        more = ", …" if len(plan.succeeded) > LINKED else ""
        count = number(len(plan.succeeded))
        parts.append(
            format_html(
                "{} {} succeeded since and {} skipped: {}{}.", count, have, are, linked, more
            )
        )
    if plan.left:
        are = "is" if plan.left == 1 else "are"
        parts.append(f"{number(plan.left)} {are} on the way, cancelled or gone.")
    if plan.is_cut:
        parts.append(f"Only the newest {number(MOST_RETRIED)}.")
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _linked(row: Any) -> SafeString:
    return link(row) if isinstance(row, Movie | SearchTerm) else subject(row)


def _cost(error: ErrorGroup, count: int) -> str:
    """Return what retrying would spend, or mail."""
    kind = TASKS[error.task]
    if kind == Kind.NOTIFICATION:
        return f"Each is mailed to {admins()}; {ONLY_THE_REST}"
    budget = calls.budget()
    least = "At least" if kind == Kind.SEARCH else "About"
    spent = counted(count, "OMDb call")
    return f"{least} {spent}. {number(budget.left)} of {number(budget.limit)} are left today."


def _page(error: ErrorGroup) -> str:
    return reverse("admin:dashboard_errorgroup_change", args=[error.pk])
