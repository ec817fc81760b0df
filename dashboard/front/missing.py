"""What an address that leads nowhere is answered with, and a page that fails."""

import sys

from django.contrib import admin
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import defaults

from dashboard.system import looking
from movies import views

# Seconds; a database that is started again is soon back.
RETRY_AFTER = 10


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Keep staff under /admin/ in the admin, with its sidebar; a visitor gets the site's page."""
    if request.path.startswith(reverse("admin:index")) and admin.site.has_permission(request):
        context = {**admin.site.each_context(request), "title": "Not found"}
        return render(request, "admin/404.html", context, status=404)
    return views.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say so if it is the database that is away: no fault of the page, and soon over."""
    if not _is_database_away():
        return defaults.server_error(request)
    is_admin = request.path.startswith(reverse("admin:index"))
    name = "admin/database_away.html" if is_admin else "503.html"
    response = render(request, name, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def _is_database_away() -> bool:
    """Return whether the page failed by it: its connection broke, or it cannot be asked now."""
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return False
    return not connection.is_usable() or looking.report().is_broken(looking.DATABASE)
