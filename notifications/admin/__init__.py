"""The log of notifications: what was said, to whom, whether it arrived, and what can be done."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from notifications.admin.actions import Actions
from notifications.admin.columns import AttemptColumns, Columns
from notifications.admin.filters import KindFilter, ReviewFilter
from notifications.models import Attempt, Notification
from notifications.querysets import NotificationQuerySet


class ReadOnly:
    """Shown and never typed into: what happened is not edited."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class AttemptInline(ReadOnly, AttemptColumns, TabularInline):
    model = Attempt
    fields = readonly_fields = ("number", "outcome_words", "error", "started", "ended")
    verbose_name_plural = "attempts"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True  # whoever may see the notification


@admin.register(Notification)
class NotificationAdmin(ReadOnly, Columns, Actions):
    list_display = ("state_label", "kind_label", "about_link", "attempts", "written")
    list_filter = (("state", admin.ChoicesFieldListFilter), KindFilter, "origin", ReviewFilter)
    list_select_related = ("content_type",)
    list_per_page = 50
    show_full_result_count = False
    sortable_by = ("written",)
    search_fields = ("subject", "about_text", "message_id")
    search_help_text = "Subject, what it is about, or Message-ID"
    inlines = (AttemptInline,)
    fieldsets = (
        (None, {"fields": ("state_label", "happened", "kind_label", "about_link", "written")}),
        ("Mail", {"fields": ("subject", "body", "recipients_line")}),
        (
            "Technical details",
            {
                "classes": ("collapse",),
                "fields": (
                    "message_id",
                    "dedup_key",
                    "uuid",
                    "origin",
                    "next_attempt_at",
                    "lease",
                    "lease_until",
                ),
            },
        ),
    )
    readonly_fields = tuple(name for _, group in fieldsets for name in group["fields"])

    def get_queryset(self, request: HttpRequest) -> NotificationQuerySet:
        # The bodies make up most of the table and no list shows them.
        notifications: NotificationQuerySet = super().get_queryset(request)
        return notifications.defer("text")
