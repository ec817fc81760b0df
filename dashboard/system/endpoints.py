"""What machines ask: whether everything is fine, and how much of it there is."""

import secrets
from contextlib import suppress
from html import unescape

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, strip_tags
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from dashboard.system import looking
from dashboard.system.bounds import brief_statements
from dashboard.system.lines import Line, Report, State
from dashboard.system.metrics import exposition


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Name each check with ok or bad; what is unknown is not ok. Staff read the reason."""
    report = looking.report()
    says = _in_full if _is_staff(request, report) else _in_short
    text = "".join(f"{says(line)}\n" for line in report.lines)
    status = 200 if report.is_fine else 503
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
    # An answer, not an error: Django would write one into the log at each question.
    vars(response)["_has_been_logged"] = True
    return response


def _in_short(line: Line) -> str:
    return f"{line.key} {'ok' if line.state == State.FINE else 'bad'}"


def _in_full(line: Line) -> str:
    if line.state == State.FINE:
        return f"{_in_short(line)}: {line.words}"
    words = format_html(
        "{}, {}. By itself: {} You can: {}",
        line.state,
        line.sentence,
        line.by_itself,
        line.you_can,
    )
    return f"{_in_short(line)}: {unescape(strip_tags(words))}"


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the same figures in Prometheus' text, for staff or whoever has the token."""
    report = looking.report()
    if not (_has_token(request) or _is_staff(request, report)):
        words = "Sign in as staff, or send the token: Authorization: Bearer METRICS_TOKEN.\n"
        response = HttpResponse(words, content_type="text/plain", status=401)
        response["WWW-Authenticate"] = "Bearer"
        return response
    return HttpResponse(exposition(report), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    is_right = secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    return bool(settings.METRICS_TOKEN) and scheme.lower() == "bearer" and is_right


def _is_staff(request: HttpRequest, report: Report) -> bool:
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    if not has_session or report.is_broken(looking.DATABASE):
        return False
    # It may have gone since the report.
    with suppress(Error), brief_statements():
        return request.user.is_active and request.user.is_staff
    return False
