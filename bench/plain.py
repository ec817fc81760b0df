"""Unfold as it comes: its index page without a dashboard, in Unfold's own templates."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite


class PlainSite(UnfoldAdminSite):
    settings_name = "PLAIN_UNFOLD"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().index(request, extra_context)
        response.using = "plain"
        return response


site = PlainSite(name="plain")
# The two that every new project has.
site.register([User, Group], ModelAdmin)
