"""The log of notifications: what was said, to whom, whether it arrived, and what can be done."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from movies import formats
from movies.admin.parts import Record, Tab
from movies.admin.records import RecordAdmin, column
from movies.csv_safe import attached
from notifications import kinds, labels
from notifications.admin import bounds, exporting, filters, mail_parts, page
from notifications.admin.about import attach_about
from notifications.admin.actions import Actions
from notifications.admin.mail_views import MailViews
from notifications.models import Notification
from notifications.querysets import NotificationQuerySet

PAGE = "notifications_notification"
# Younger than this, how long ago is what a reader wants to know.
YOUNG = timedelta(days=2)


class NotificationAdmin(Actions, MailViews, RecordAdmin):
    list_display = ("kind_label", "state_label", "about_link", "tried", "written")
    list_filter = (
        filters.StateFilter,
        filters.KindFilter,
        filters.OriginFilter,
        filters.ReviewFilter,
        filters.RefusedFilter,
        filters.PeriodFilter,
    )
    list_name = "Log of notifications"
    list_before_template = "notifications/log_head.html"
    list_after_template = "notifications/log_foot.html"
    paginator = bounds.Pages
    # Newest first and nothing else: any other order would read the whole table.
    sortable_by = ()
    narrowed_by = ("id__in", "created_at__gte", "digest__exact")
    search_fields = ("subject", "about_text")
    search_help_text = "Subject, what it is about, or Message-ID"
    change_form_template = "notifications/notification.html"
    empty_list = "No notifications yet. The first new search term brings one."

    def get_urls(self) -> list[URLPattern]:
        def view(address: str, method: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(method), name=f"{PAGE}_{name}")

        return [
            view("by/<uuid:identity>/", self.by_uuid, "by_uuid"),
            view("log.csv", require_safe(self.csv), "csv"),
            *super().get_urls(),
        ]

    def by_uuid(self, request: HttpRequest, identity: UUID) -> HttpResponse:
        """Lead from the address in a mail, which is older than the row's key, to its page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        notification = get_object_or_404(Notification.objects.only("pk"), uuid=identity)
        return redirect(f"admin:{PAGE}_change", notification.pk)

    def csv(self, request: HttpRequest) -> HttpResponseBase:
        """Return what the list shows on all its pages, and what is beyond its last one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(f"admin:{PAGE}_changelist")
        lines = exporting.lines(rows, is_whole=not bounds.search_note(request))
        return attached("notifications.csv", lines, has_body=request.method != "HEAD")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return the whole of one, text and all, read once for a request."""
        read = vars(request).setdefault("notifications_read", {})
        if object_id not in read:
            pk = int(object_id) if re.fullmatch("[0-9]{1,18}", object_id) else 0
            rows = Notification.objects.select_related("digest", "resent_from", "reviewed_by")
            rows = rows.defer(
                "digest__text", "digest__html", "resent_from__text", "resent_from__html"
            )
            read[object_id] = rows.filter(pk=pk).first()
        return read[object_id]

    def get_queryset(self, request: HttpRequest) -> NotificationQuerySet:
        # The bodies make up most of the table and no list shows them.
        notifications: NotificationQuerySet = super().get_queryset(request)
        return notifications.without_bodies()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        text = search_term.replace("\0", " ").strip()
        if text:
            found = bounds.by_message_id(queryset, text)
            if found is not None:
                return found, False
            queryset = bounds.searchable(request, queryset)
        return super().get_search_results(request, queryset, text)

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        attach_about(rows, request)

    @column("kind")
    def kind_label(self, notification: Notification) -> str:
        return kinds.get(notification.kind).label

    @column("state")
    def state_label(self, notification: Notification) -> SafeString:
        return labels.notification_label(notification)

    @column("about")
    def about_link(self, notification: Any) -> SafeString:
        linked: SafeString = notification.about_link
        return linked

    @column("attempts", is_number=True)
    def tried(self, notification: Notification) -> SafeString:
        return formats.with_unit(notification.tries, "attempt")

    @column("written")
    def written(self, notification: Notification) -> SafeString:
        at = notification.created_at
        if at < timezone.now() - YOUNG:
            return formats.moment(at)
        return format_html('{} <span class="age">{}</span>', formats.moment(at), formats.ago(at))

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(self, *args: Any, **kwargs: Any) -> Any:
        """Show one notification; its HTML stands in a frame."""
        return super().change_view(*args, **kwargs)

    def record(self, request: HttpRequest, notification: Any) -> Record:
        attach_about([notification], request)
        return page.record(notification, request, may_retry=self.has_retry_permission(request))

    def tabs(self, request: HttpRequest, notification: Notification) -> list[Tab]:
        return mail_parts.tabs(notification)
