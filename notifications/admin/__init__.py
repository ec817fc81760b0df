"""The log of notifications: what was said, to whom, whether it arrived, and what can be done."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import formats
from movies.admin.parts import Record, Tab, history
from movies.admin.records import RecordAdmin, column
from notifications import kinds, labels
from notifications.admin import page
from notifications.admin.about import attach_about
from notifications.admin.actions import Actions
from notifications.admin.filters import KindFilter, OriginFilter, ReviewFilter, StateFilter
from notifications.models import Notification
from notifications.querysets import NotificationQuerySet


@admin.register(Notification)
class NotificationAdmin(Actions, RecordAdmin):
    list_display = ("kind_label", "state_label", "about_link", "tried", "written")
    list_filter = (StateFilter, KindFilter, OriginFilter, ReviewFilter)
    sortable_by = ("written",)
    narrowed_by = ("id__in", "created_at__gte")
    search_fields = ("subject", "about_text", "message_id")
    search_help_text = "Subject, what it is about, or Message-ID"
    change_form_template = "notifications/notification.html"
    empty_list = "No notifications yet. The first new search term brings one."

    def get_queryset(self, request: HttpRequest) -> NotificationQuerySet:
        # The bodies make up most of the table and no list shows them.
        notifications: NotificationQuerySet = super().get_queryset(request)
        return notifications.defer("text")

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
        words = "attempt" if notification.attempts == 1 else "attempts"
        count = formats.number(notification.attempts)
        return format_html('{}<span class="unit"> {}</span>', count, words)

    @column("written", ordering="created_at")
    def written(self, notification: Notification) -> SafeString:
        return formats.moment(notification.created_at)

    def record(self, request: HttpRequest, notification: Any) -> Record:
        attach_about([notification], request)
        return page.record(notification, may_retry=self.has_retry_permission(request))

    def tabs(self, request: HttpRequest, notification: Notification) -> list[Tab]:
        return [
            Tab("text", "Text", lambda: page.text(notification)),
            Tab("attempts", "Attempts", lambda: page.attempts(notification)),
            Tab("history", "History", lambda: history(notification)),
        ]
