"""What the pages of the log show of a notification and of its attempts."""

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies.formats import moment
from notifications import kinds, labels
from notifications.models import Attempt, Notification


class Columns:
    @admin.display(description="state")
    def state_label(self, notification: Notification) -> SafeString:
        return labels.notification_label(notification)

    @admin.display(description="what happened")
    def happened(self, notification: Notification) -> SafeString:
        return labels.what_happened(notification)

    @admin.display(description="kind")
    def kind_label(self, notification: Notification) -> str:
        return kinds.get(notification.kind).label

    @admin.display(description="about")
    def about_link(self, notification: Notification) -> SafeString:
        """Return what it is about, linked where the admin has a page of it."""
        # Isolated: a right-to-left override in a term must not turn the rest of the page.
        words = format_html("<bdi>{}</bdi>", notification.about_text or "—")
        thing = notification.content_type
        if thing is None:
            return words
        try:
            page = f"admin:{thing.app_label}_{thing.model}_change"
            return format_html(
                '<a href="{}">{}</a>', reverse(page, args=[notification.object_id]), words
            )
        except NoReverseMatch:
            return words

    @admin.display(description="written", ordering="created_at")
    def written(self, notification: Notification) -> SafeString:
        return moment(notification.created_at)

    @admin.display(description="text")
    def body(self, notification: Notification) -> SafeString:
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', notification.text)

    @admin.display(description="recipients")
    def recipients_line(self, notification: Notification) -> str:
        return ", ".join(notification.recipients) or "Nobody yet"


class AttemptColumns:
    @admin.display(description="outcome")
    def outcome_words(self, attempt: Attempt) -> str:
        return attempt.get_outcome_display()

    @admin.display(description="started")
    def started(self, attempt: Attempt) -> SafeString:
        return moment(attempt.started_at)

    @admin.display(description="ended")
    def ended(self, attempt: Attempt) -> SafeString:
        return moment(attempt.ended_at)
