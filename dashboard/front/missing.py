"""What an address that leads nowhere is answered with."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from movies import views


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Keep staff under /admin/ in the admin, with its sidebar; a visitor gets the site's page."""
    if request.path.startswith(reverse("admin:index")) and admin.site.has_permission(request):
        context = {**admin.site.each_context(request), "title": "Not found"}
        return render(request, "admin/404.html", context, status=404)
    return views.page_not_found(request, exception)
