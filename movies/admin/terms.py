"""Terms: what people look for, what is held of it, and searching for it again."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from movies import calls, filters, formats, services
from movies.admin import term_words
from movies.admin.parts import Record, Tab, history, link, person
from movies.admin.records import RecordAdmin, column
from movies.models import Origin, Search, SearchTerm
from movies.omdb_records import PAGE_SIZE


class SearchAgainForm(BaseDialogForm):
    """Asks before OMDb is asked; says what it may cost."""

    form_before_template = "admin/search_again.html"

    def get_before_template_context(
        self, request: HttpRequest, object_id: int | str | None = None
    ) -> dict[str, Any]:
        term = SearchTerm.objects.filter(pk=object_id or 0).first()
        pages = -(-(term.total_results or 1) // PAGE_SIZE) if term else 1
        budget = calls.budget()
        return {
            "demo": settings.OMDB_DEMO,
            "calls": formats.counted(pages, "OMDb call"),
            "left": formats.number(budget.left),
            "limit": formats.number(budget.limit),
        }


class SearchTermAdmin(RecordAdmin):
    list_display = ("term_text", "searches", "films", "answered", "first_searched", "asked_by")
    list_filter = (filters.OriginFilter, filters.DayFilter)
    search_fields = ("term",)
    search_help_text = "Search terms"
    ordering = ("-created_at", "-id")
    sortable_by = ("term_text", "answered", "first_searched")
    actions_detail = ("search_again",)
    empty_list = "No searches yet. Each new term appears here with its first search."

    def prepare(self, rows: list[SearchTerm]) -> None:
        term_words.count(rows)

    @column("term", ordering="term")
    def term_text(self, term: SearchTerm) -> SafeString:
        return format_html("<bdi>{}</bdi>", term)

    @column("searches", is_number=True)
    def searches(self, term: Any) -> SafeString:
        words = "search" if term.search_count == 1 else "searches"
        return format_html(
            '{}<span class="unit"> {}</span>', formats.number(term.search_count), words
        )

    @column("films held", is_number=True)
    def films(self, term: Any) -> SafeString:
        return format_html('{}<span class="unit"> films</span>', term_words.held(term))

    @column("last answered", ordering="last_search")
    def answered(self, term: SearchTerm) -> SafeString:
        return format_html(
            '<span class="unit">answered </span>{}', formats.moment(term.last_search)
        )

    @column("first searched", ordering="created_at")
    def first_searched(self, term: SearchTerm) -> SafeString:
        return formats.moment(term.created_at)

    @column("first asked by")
    def asked_by(self, term: SearchTerm) -> str:
        return Origin(term.origin).label

    def record(self, request: HttpRequest, term: Any) -> Record:
        term_words.count([term])
        return Record(
            title=term,
            label=term_words.state_of(term),
            sentence=term_words.sentence(term),
            progress=term_words.progress(term),
        )

    def tabs(self, request: HttpRequest, term: SearchTerm) -> list[Tab]:
        return [
            Tab("films", "Films", lambda: term_words.films(term)),
            Tab("searches", "Searches", lambda: term_words.searches(term)),
            Tab("history", "History", lambda: history(term)),
        ]

    def has_repeat_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("movies.repeat_searchterm")

    @action(
        description="Search again",
        url_path="search-again",
        icon="refresh",
        permissions=["view", "repeat"],
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Search this term again?",
            "form_class": SearchAgainForm,
            "form_submit_text": "Search again",
        },
    )
    def search_again(
        self, request: HttpRequest, form: BaseDialogForm, object_id: str
    ) -> HttpResponse:
        term = cast(SearchTerm | None, self.get_object(request, object_id))
        if term is None:
            raise Http404
        messages.info(request, repeat(term, cast(User, request.user)))
        url = reverse("admin:movies_searchterm_change", args=[term.pk])
        if "HX-Request" in request.headers:  # htmx would put the page into the dialog
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


def repeat(term: SearchTerm, user: User) -> SafeString:
    """Search `term` again unless it is being searched; return what was done, linked."""
    running = Search.objects.unfinished().filter(term=term, joined=None).first()
    if running:
        who = person(running.requested_by) if running.requested_by else running.get_origin_display()
        return format_html(
            "Already done by {}, {}: {}.", who, formats.clock(running.created_at), link(running)
        )
    search = services.request_search(term.term, origin=Origin.STAFF, user=user, force=True)
    LogEntry.objects.log_actions(
        user.pk, [term], CHANGE, f"Searched again: search {search.pk}.", single_object=True
    )
    return format_html("Searching again: {}.", link(search))
