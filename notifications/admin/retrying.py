"""Retrying several notifications: the question, and the start of exactly what it named."""

import re
from typing import cast

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import action

from movies.formats import counted
from notifications import services
from notifications.admin.answers import LOG, answer
from notifications.delivery import MAX_ATTEMPTS
from notifications.models import Notification
from notifications.querysets import NotificationQuerySet

URL_NAME = "notifications_notification_retry_several"


class RetryingSeveral(ModelAdmin):
    """Adds to the log what asks before several are mailed again, and does it."""

    def has_retry_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Return whether they may retry; nobody does anything with what they may not see."""
        may = request.user.has_perm("notifications.retry_notification")
        return may and bool(self.has_view_permission(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.retry_several))
        return [path("retry/", view, name=URL_NAME), *super().get_urls()]

    @action(description="Retry", permissions=["retry"])
    def retry_selected(
        self, request: HttpRequest, queryset: NotificationQuerySet
    ) -> HttpResponse | None:
        failed = queryset.filter(state=Notification.State.FAILED)
        if pks := _keys(failed):
            return self._ask(request, pks)
        answer(request, "Queued again", _keys(queryset), [])
        return None

    def _ask(self, request: HttpRequest, pks: list[int]) -> TemplateResponse:
        retry = f"Retry {counted(len(pks), 'notification')}"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{retry}?",
            "button": retry,
            "count": len(pks),
            "most": MAX_ATTEMPTS,
            # Not the filters they were chosen by: what fails meanwhile was not asked about.
            "notifications": ",".join(map(str, pks)),
            "start": f"{reverse(f'admin:{URL_NAME}')}?{self.get_preserved_filters(request)}",
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "notifications/confirm_retry.html", context)

    def retry_several(self, request: HttpRequest) -> HttpResponse:
        """Retry what the question named and is still failed; lead back to the list."""
        if not self.has_retry_permission(request):
            raise PermissionDenied
        if asked := _asked(request.POST.get("notifications", "")):
            done = services.retry(asked, cast(User, request.user))
            answer(request, "Queued again", asked, done)
        else:
            messages.error(request, "Nothing was retried: choose the notifications again.")
        filters = {"opts": self.opts, "preserved_filters": self.get_preserved_filters(request)}
        return HttpResponseRedirect(add_preserved_filters(filters, reverse(LOG)))


def _keys(rows: NotificationQuerySet) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _asked(text: str) -> list[int]:
    """Return the keys between the commas; none at all if one of them is no key."""
    keys = text.split(",")
    if not all(re.fullmatch("[0-9]{1,18}", key) for key in keys):
        return []
    return [int(key) for key in keys]
