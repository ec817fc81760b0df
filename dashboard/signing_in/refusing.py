"""What somebody reads who may not try to sign in for a while."""

from math import ceil
from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse

from dashboard.signing_in import locking
from movies import formats


def refuse(request: Any, response: HttpResponse, credentials: dict[str, Any]) -> HttpResponse:
    """Answer in place of the sign-in page: the same whether the name is somebody's or not."""
    until = locking.until(request, credentials)
    seconds = ceil((until - request.axes_attempt_time).total_seconds())
    refusal = TemplateResponse(
        request,
        "admin/locked_out.html",
        {
            **admin.site.each_context(request),
            "title": "Sign in",
            "at": formats.clock(until),
            "wait": formats.counted(ceil(seconds / 60), "minute"),
        },
        status=429,
        headers={"Retry-After": str(seconds)},
    )
    return refusal.render()
