"""Terms: what people look for, what is held of it, and searching for it again."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from movies import calls, filters, formats, repeating, shortfall
from movies.admin import term_words
from movies.admin.parts import Record, Tab, history, link, person
from movies.admin.records import RecordAdmin, column, lead_to
from movies.admin.refill_choice import of_term
from movies.admin.refilling import ask
from movies.models import Movie, Origin, Search, SearchTerm


class SearchAgainForm(BaseDialogForm):
    """Asks before OMDb is asked; says what it may cost."""

    form_before_template = "admin/search_again.html"

    def get_before_template_context(
        self, request: HttpRequest, object_id: int | str | None = None
    ) -> dict[str, Any]:
        # An id that is no number is that of no term.
        term = admin.site.get_model_admin(SearchTerm).get_object(request, str(object_id))
        if term is None:
            raise Http404
        budget = calls.budget()
        return {
            "demo": settings.OMDB_DEMO,
            "calls": formats.counted(shortfall.pages(term), "OMDb call"),
            "left": formats.number(budget.left),
            "limit": formats.number(budget.limit),
        }


class SearchTermAdmin(RecordAdmin):
    list_display: tuple[str, ...] = (
        "term_text",
        "films",
        "answered",
        "first_searched",
        "asked_by",
    )
    list_filter = (filters.OriginFilter, filters.DecidedFilter, filters.DayFilter)
    search_fields = ("term",)
    search_help_text = "Search terms"
    ordering = ("-created_at", "-id")
    sortable_by = ("term_text", "answered", "first_searched")
    narrowed_by = ("origin__in",)
    actions_detail = ("search_again", {"title": "More", "items": ["refill_films"]})
    empty_list = "No searches yet. Each new term appears here with its first search."

    def prepare(self, request: HttpRequest, rows: list[SearchTerm]) -> None:
        term_words.count_films(rows)

    @column("term", ordering="term")
    def term_text(self, term: SearchTerm) -> SafeString:
        return format_html('<bdi class="cut" title="{}">{}</bdi>', term, term)

    @column("films held", is_number=True)
    def films(self, term: Any) -> SafeString:
        if not term.total_results:
            return formats.with_unit(term.hit_count, "film")
        whole = formats.with_unit(term.total_results, "film")
        return format_html("{} of {}", formats.number(term.hit_count), whole)

    @column("last answered", ordering="last_search")
    def answered(self, term: SearchTerm) -> SafeString:
        if term.last_search is None:
            return formats.NOTHING
        at = formats.moment(term.last_search)
        return format_html('<span class="unit">answered </span>{}', at)

    @column("first searched", ordering="created_at")
    def first_searched(self, term: SearchTerm) -> SafeString:
        return formats.moment(term.created_at)

    @column("first asked by")
    def asked_by(self, term: SearchTerm) -> str:
        return Origin(term.origin).label

    def record(self, request: HttpRequest, term: Any) -> Record:
        term_words.count_films([term])
        return Record(
            title=term,
            label=term_words.state_of(term),
            sentence=term_words.sentence(term, may_repeat=self.has_repeat_permission(request)),
            progress=term_words.progress(term),
        )

    def tabs(self, request: HttpRequest, term: SearchTerm) -> list[Tab]:
        return [
            Tab("films", "Films", lambda: term_words.films(term), of=Movie),
            Tab("searches", "Searches", lambda: term_words.searches(term), of=Search),
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
        return lead_to(request, reverse("admin:movies_searchterm_change", args=[term.pk]))

    def has_refill_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("movies.refill_movie")

    # Without a dialog Unfold calls this on a plain GET: it only asks.
    @action(
        description="Re-fill its films",
        url_path="refill-films",
        icon="download",
        permissions=["view", "refill"],
    )
    def refill_films(self, request: HttpRequest, object_id: str) -> HttpResponse:
        term = cast(SearchTerm | None, self.get_object(request, object_id))
        if term is None:
            raise Http404
        return ask(request, of_term(term))


def repeat(term: SearchTerm, user: User) -> SafeString:
    """Search `term` again unless that was just done; return what was done, linked."""
    done = repeating.repeat(term, user)
    if done is None:
        return SafeString("Its text was erased: there is nothing to search for.")
    search, is_new = done
    if not is_new:
        who = person(search.requested_by) if search.requested_by else search.get_origin_display()
        when = formats.clock(search.created_at)
        return format_html("Already done by {}, {}: {}.", who, when, link(search))
    # The page is not live: what it says of the term is of before.
    return format_html("Searching again: {}. Reload this page to see the answer.", link(search))
