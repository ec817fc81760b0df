"""What an address that leads nowhere is answered with, and a page that fails."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import defaults

from dashboard.system import looking
from movies import views


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Keep staff under /admin/ in the admin, with its sidebar; a visitor gets the site's page."""
    if request.path.startswith(reverse("admin:index")) and admin.site.has_permission(request):
        context = {**admin.site.each_context(request), "title": "Not found"}
        return render(request, "admin/404.html", context, status=404)
    return views.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say to staff if it is the database that is away: nobody can be signed in without it."""
    is_admin = request.path.startswith(reverse("admin:index"))
    if is_admin and looking.report().is_broken(looking.DATABASE):
        return render(request, "admin/database_away.html", status=503)
    return defaults.server_error(request)
