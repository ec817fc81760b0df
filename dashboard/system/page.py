"""The System page: what is broken, since when, what happens by itself, and what to do."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.system import hops, looking, probing
from movies.admin.parts import person
from movies.formats import clock, counted

SEES = "dashboard.view_systemstate"
TESTS = "dashboard.add_selftest"


@require_safe
@permission_required(SEES, raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "System",
        "may_test": request.user.has_perm(TESTS),
        **_found(),
    }
    return TemplateResponse(request, "dashboard/system/index.html", context)


@require_safe
@permission_required(SEES, raise_exception=True)
def lines(request: HttpRequest) -> HttpResponse:
    """Return what is below the page's head, as it is now: the open page renews itself by it."""
    return TemplateResponse(request, "dashboard/system/lines.html", _found())


def _found() -> dict[str, Any]:
    report, now = looking.report(), timezone.now()
    test = hops.newest()
    return {
        "report": report,
        "age": round((now - report.at).total_seconds()),
        "way": hops.way_of(test, now) if test else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(TESTS, raise_exception=True)
def self_test(request: HttpRequest) -> HttpResponse:
    """Ask before anybody is mailed; by POST, send the probe on its way."""
    if request.method != "POST":
        context = {
            **admin.site.each_context(request),
            "title": "Run a self-test?",
            "admins": counted(len(settings.ADMINS), "admin"),
        }
        return TemplateResponse(request, "dashboard/system/self_test.html", context)
    requested_at = timezone.now()
    test, is_new = probing.start(cast(User, request.user), requested_at)
    if is_new:
        messages.success(request, "The self-test is on its way: its hops appear below.")
    else:
        who, when = person(test.requested_by), clock(test.written_at)
        messages.info(request, format_html("Already done by {}, {}: it is on its way.", who, when))
    return redirect("dashboard:system")
