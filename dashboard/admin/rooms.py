"""Pages that show several rooms: a term, a film and a re-fill with their notifications."""

from typing import Any

from django.http import HttpRequest

from movies import formats
from movies.admin.films import MovieAdmin
from movies.admin.parts import Tab, Table, link
from movies.admin.records import RecordAdmin
from movies.admin.refills import RefillAdmin
from movies.admin.terms import SearchTermAdmin
from movies.models import Movie, Origin, Refill, SearchTerm
from notifications import kinds
from notifications.labels import notification_label
from notifications.models import Notification

ROWS = 50


class WithNotifications(RecordAdmin):
    """Adds the notifications about the row, before its history."""

    def tabs(self, request: HttpRequest, obj: Any) -> list[Tab]:
        *tabs, history = super().tabs(request, obj)
        told = Tab("notifications", "Notifications", lambda: self.told(obj), of=Notification)
        return [*tabs, told, history]

    def told(self, obj: Any) -> Table:
        notifications = Notification.objects.about(obj).defer("text")[:ROWS]
        return Table(
            columns=("Written", "State", "Kind", "Subject"),
            rows=[
                (
                    formats.moment(notification.created_at),
                    notification_label(notification),
                    kinds.get(notification.kind).label,
                    link(notification, notification.subject),
                )
                for notification in notifications
            ],
            empty=self.nobody_told(obj),
        )


class TermPage(WithNotifications, SearchTermAdmin):
    def nobody_told(self, term: SearchTerm) -> str:
        """Return why no mail exists: an import is silent, and what is over is removed."""
        if term.origin == Origin.IMPORT:
            return "Nobody was told: imported terms are not mailed."
        return "Nobody was told, or the notification is older than what is kept."


class FilmPage(WithNotifications, MovieAdmin):
    def nobody_told(self, film: Movie) -> str:
        if film.is_full_record:
            return "Nobody was told, or the notification is older than what is kept."
        return "Nobody was told: a film is told of when its details come."


class RefillPage(WithNotifications, RefillAdmin):
    def nobody_told(self, refill: Refill) -> str:
        return "Nobody was told: re-fills are not mailed."
