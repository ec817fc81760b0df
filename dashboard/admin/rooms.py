"""Pages that show several rooms: a term, a film and a re-fill with their notifications."""

from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.admin import erasing, hiding, merging, term_parts
from dashboard.admin.task_tabs import Kind, task_tab
from dashboard.term_pages import term_links, term_trends
from dashboard.worklist import choosing
from movies import formats
from movies.admin.films import MovieAdmin
from movies.admin.parts import BY, Record, Tab, Table, link
from movies.admin.records import RecordAdmin, column
from movies.admin.refills import RefillAdmin
from movies.admin.searches import SearchAdmin
from movies.admin.terms import SearchTermAdmin
from movies.models import Movie, Origin, Refill, Search, SearchTerm
from notifications import kinds
from notifications.admin.log import NotificationAdmin
from notifications.labels import notification_label
from notifications.models import Notification
from notifications.retention import KEPT_FOR

ROWS = 50


class WithNotifications(RecordAdmin):
    """Adds the notifications about the row, before its history."""

    def tabs(self, request: HttpRequest, obj: Any) -> list[Tab]:
        *tabs, history = super().tabs(request, obj)
        told = Tab("notifications", "Notifications", lambda: self.told(obj), of=Notification)
        return [*tabs, told, history]

    def told(self, obj: Any) -> Table:
        notifications = Notification.objects.about(obj).without_bodies()[:ROWS]
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
            is_wide=True,
            empty=self.nobody_told(obj),
        )


class TermPage(WithNotifications, merging.Merging, hiding.Hiding, erasing.Erasing, SearchTermAdmin):
    actions_detail = (
        "search_again",
        {
            "title": "More",
            "items": ["refill_films", "merge_into", "undo_merge", "hide", "show", "erase"],
        },
    )
    change_form_template = "admin/term.html"
    list_before_template = "dashboard/terms/all.html"
    list_name = "All terms"
    list_display = ("term_text", "searches", *SearchTermAdmin.list_display[1:])

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tabs = {"tabs": term_links.tabs(term_links.ALL)}
        return cast(HttpResponse, super().changelist_view(request, tabs | (extra_context or {})))

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: object, object_id: str
    ) -> HttpResponse:
        """Say of a term that was erased since in the words of its page, not by its id."""
        messages.warning(request, "This term is gone.")
        return HttpResponseRedirect(term_links.terms_url())

    def prepare(self, request: HttpRequest, rows: list[SearchTerm]) -> None:
        super().prepare(request, rows)
        searches = term_trends.searches_ever([term.pk for term in rows])
        for term in rows:
            vars(term)["search_count"] = searches.get(term.pk, 0)

    @column("searches", is_number=True)
    def searches(self, term: Any) -> SafeString:
        return formats.with_unit(term.search_count, "search", "searches")

    def record(self, request: HttpRequest, term: SearchTerm) -> Record:
        found = replace(super().record(request, term), extra=term_parts.of(request, term))
        may_fetch = self.has_repeat_permission(request)
        found.extra["hidden"] = hiding.note(term)
        if self.has_curate_permission(request):
            found.extra["hiding_url"] = hiding.url(term)
        found = term_parts.with_lack(found, term, may_fetch=may_fetch)
        return erasing.as_erased(found, term)

    def tabs(self, request: HttpRequest, term: SearchTerm) -> list[Tab]:
        *tabs, history = super().tabs(request, term)
        variants = Tab("variants", "Variants", lambda: merging.variants(term))
        return [*tabs, variants, history]

    def nobody_told(self, term: SearchTerm) -> SafeString:
        """Return why no mail exists: an import is silent, and what is over is removed."""
        if term.origin == Origin.IMPORT:
            return SafeString("Nobody was told: imported terms are not mailed.")
        if term.created_at < timezone.now() - KEPT_FOR:
            kept = formats.counted(KEPT_FOR.days, "day")
            return format_html("Whoever was told: notifications are kept for {}.", kept)
        return format_html(
            "Nobody was told. It was first searched by {}, {}, and no notification of that is "
            "here: it was removed, or could not be written.",
            BY[Origin(term.origin)],
            formats.moment(term.created_at),
        )


class FilmPage(WithNotifications, MovieAdmin):
    def nobody_told(self, film: Movie) -> str:
        if film.is_full_record:
            return "Nobody was told, or the notification is older than what is kept."
        return "Nobody was told: a film is told of when its details come."


class SearchPage(SearchAdmin):
    def tabs(self, request: HttpRequest, search: Search) -> list[Tab]:
        return [*super().tabs(request, search), task_tab(Kind.SEARCH, search)]


class NotificationPage(NotificationAdmin):
    def tabs(self, request: HttpRequest, notification: Notification) -> list[Tab]:
        tabs = super().tabs(request, notification)
        return [*tabs, task_tab(Kind.NOTIFICATION, notification)]


class RefillPage(WithNotifications, RefillAdmin):
    @column("requested by")
    def asked_by(self, refill: Refill) -> str:
        return choosing.WHO if choosing.is_chosen(refill) else super().asked_by(refill)

    def nobody_told(self, refill: Refill) -> str:
        return "Nobody was told: re-fills are not mailed."
