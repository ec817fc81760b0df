"""The search log: every search that was made, and how it ended."""

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from movies import filters, formats, labels
from movies.admin.parts import BY, Progress, Record, link, linked, person, source
from movies.admin.records import RecordAdmin, column
from movies.models import Origin, Outcome, Search


class SearchAdmin(RecordAdmin):
    list_display = ("searched", "term_link", "state", "films", "asked_by", "omdb_calls")
    list_filter = (filters.OutcomeFilter, filters.OriginFilter, filters.DayFilter)
    list_select_related = ("term", "source")
    list_name = "Search log"
    search_fields = ("term__term",)
    search_help_text = "Terms searched for"
    sortable_by = ("searched",)
    narrowed_by = (
        "calls__gt",
        "created_at__gte",
        "is_bot__exact",
        "origin__in",
        "outcome__in",
        "source__exact",
        "term__hidden__exact",
    )
    children = (("Imports", "admin:movies_import_changelist"),)
    empty_list = "No searches yet. Each one appears here the moment it is made."

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        for search in rows:
            search.term_name = linked(request, search.term)

    @column("searched", ordering="created_at")
    def searched(self, search: Search) -> SafeString:
        return formats.moment(search.created_at)

    @column("term")
    def term_link(self, search: Any) -> SafeString:
        name: SafeString = search.term_name
        return name

    @column("state")
    def state(self, search: Search) -> SafeString:
        return labels.search_label(search)

    @column("films (new)", is_number=True)
    def films(self, search: Search) -> SafeString:
        if labels.is_unsaid(search):
            return formats.NOTHING
        found = formats.with_unit(search.films_found, "film")
        return format_html("{} ({})", found, formats.number(search.films_new))

    @column("asked by")
    def asked_by(self, search: Search) -> str:
        return str(search.get_origin_display())

    @column("OMDb calls", is_number=True)
    def omdb_calls(self, search: Search) -> SafeString:
        return formats.with_unit(search.calls, "call")

    def record(self, request: HttpRequest, search: Search) -> Record:
        return Record(
            title=format_html("Search for “{}”", search.term),
            label=labels.search_label(search),
            sentence=_sentence(search),
            progress=_progress(search),
            facts=[
                ("Term", linked(request, search.term)),
                ("Asked by", _asker(search)),
                ("Films found", _found(search)),
                ("New films", formats.number(search.films_new)),
                ("OMDb calls", formats.number(search.calls)),
                ("Took", _took(search)),
                *([("Waited for", link(search.joined))] if search.joined else []),
                *([("Imported from", link(search.source))] if search.source else []),
            ],
            technical=[
                ("Id", search.pk),
                ("Address", search.uuid),
                ("Attempts", formats.number(search.attempts)),
                ("Started", formats.moment(search.started_at)),
                ("Ended", formats.moment(search.finished_at)),
                ("Pages", f"{search.pages_done} of {search.pages_total}"),
                ("A machine", "Yes" if search.is_bot else "No"),
                ("Leased until", formats.moment(search.lease_until)),
            ],
        )


def _progress(search: Search) -> Progress | None:
    if search.outcome or not search.pages_total:
        return None
    words = f"Page {search.pages_done} of {search.pages_total}"
    return Progress(search.pages_done, search.pages_total, words)


def _sentence(search: Search) -> SafeString:
    return format_html(
        "{} Asked by {}, {}.",
        _what_happened(search),
        _by(search),
        formats.moment(search.created_at),
    )


def _by(search: Search) -> str:
    if search.requested_by:
        return person(search.requested_by)
    return BY[Origin(search.origin)]


def _asker(search: Search) -> str:
    if search.requested_by:
        return person(search.requested_by)
    return str(search.get_origin_display())


def _found(search: Search) -> str:
    if labels.is_unsaid(search):
        return formats.NONE
    found = formats.number(search.films_found)
    if search.total_results is None or search.total_results == search.films_found:
        return found
    return f"{found} of {formats.number(search.total_results)}"


def _took(search: Search) -> str:
    if search.started_at is None or search.finished_at is None:
        return formats.NONE
    return formats.duration((search.finished_at - search.started_at).total_seconds())


def _what_happened(search: Search) -> str:
    if search.source:
        return search.message or f"Imported; the file says: {search.get_outcome_display()}."
    films, asked = formats.counted(search.films_found, "film"), capfirst(source())
    match search.outcome:
        case "" if search.pages_total:
            page = f"page {search.pages_done} of {search.pages_total}"
            return f"Asking {source()}, {page}, {films} so far."
        case "" if search.joined_id:
            return "It waits for a search of the same term and ends as that one does."
        case "" if search.started_at:
            return f"Asking {source()}."
        case "":
            return "It waits for a worker and runs by itself."
        case Outcome.CACHED if not search.films_found:
            return f"{asked} showed no film when it was last asked; it was not asked again."
        case Outcome.CACHED:
            return f"Answered with {films} from the cache; {source()} was not asked."
        case Outcome.FETCHED:
            return f"{asked} knows {films}; {formats.number(search.films_new)} of them were new."
        case Outcome.NOTHING_NEW:
            return f"{asked} knows {films}, all of which were held already."
        case Outcome.NOT_FOUND:
            return f"{asked} knows no film of this name."
        case Outcome.TOO_MANY:
            return "Too many films match; a longer term finds some."
    return f"{search.message} It is not run again by itself; the next search of the term asks."
