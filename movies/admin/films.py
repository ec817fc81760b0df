"""Films and genres: what is known of them, from which searches, and what re-fills changed."""

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from movies import filters, formats, labels
from movies.admin.changes import being_refilled, changes, spoken
from movies.admin.parts import Record, Tab, Table, history, link, linked, may_view, person, source
from movies.admin.records import RecordAdmin, column
from movies.admin.refilling import RefillActions
from movies.models import Genre, Movie, Refill, SearchTerm
from movies.omdb_records import is_imdb_id

TERMS = 50


class MovieAdmin(RefillActions, RecordAdmin):
    list_display = ("name", "year_made", "runtime", "genre_names", "details", "added")
    list_filter = (
        filters.CompleteFilter,
        filters.KindFilter,
        filters.GenreFilter,
        filters.YearFilter,
    )
    search_fields = ("title",)
    search_help_text = "Title or IMDb id"
    ordering = ("-created_at", "-id")
    sortable_by = ("name", "added")
    change_form_template = "admin/film.html"
    children = (("Genres", "admin:movies_genre_changelist"),)
    empty_list = "No films yet. The first search that finds some brings them."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movie]:
        films: QuerySet[Movie] = super().get_queryset(request)
        films = films.annotate(is_being_refilled=being_refilled("pk"))
        return films.prefetch_related("genres")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Movie], search_term: str
    ) -> tuple[QuerySet[Movie], bool]:
        text = search_term.strip()
        if is_imdb_id(text):
            return queryset.filter(imdb_id=text), False
        found: tuple[QuerySet[Movie], bool] = super().get_search_results(request, queryset, text)
        return found

    @method_decorator(csp_update({"img-src": settings.POSTER_HOSTS}))
    def change_view(self, *args: Any, **kwargs: Any) -> Any:
        """Show one film; its poster alone comes from somebody else's host."""
        return super().change_view(*args, **kwargs)

    @column("title", ordering="title")
    def name(self, film: Movie) -> SafeString:
        return format_html("<bdi>{}</bdi>", film.title)

    @column("year", is_number=True)
    def year_made(self, film: Movie) -> str:
        return str(film.year) if film.year else formats.NOTHING

    @column("runtime", is_number=True)
    def runtime(self, film: Movie) -> str:
        minutes = film.runtime_minutes
        return spoken("runtime_minutes", minutes) if minutes else formats.NOTHING

    @column("genres")
    def genre_names(self, film: Movie) -> str:
        return ", ".join(genre.name for genre in film.genres.all()) or formats.NOTHING

    @column("details")
    def details(self, film: Any) -> SafeString:
        return labels.film_label(film, is_being_refilled=film.is_being_refilled)

    @column("added", ordering="created_at")
    def added(self, film: Movie) -> SafeString:
        return formats.moment(film.created_at)

    def record(self, request: HttpRequest, film: Any) -> Record:
        return Record(
            title=film,
            label=self.details(film),
            sentence=_sentence(film, may_refill=self.has_refill_permission(request)),
            facts=_facts(request, film),
            extra={"poster": _poster(film), "plot": film.plot},
        )

    def tabs(self, request: HttpRequest, film: Movie) -> list[Tab]:
        def done() -> Table:
            return history(film, _refills(film) if may_view(request, Refill) else ())

        return [
            Tab("terms", "Found by", lambda: _found_by(film), of=SearchTerm),
            Tab("changes", "Changes", lambda: changes(film), of=Refill),
            Tab("history", "History", done),
        ]


class GenreAdmin(RecordAdmin):
    list_display = ("name", "films")
    search_fields = ("name",)
    ordering = ("name",)
    empty_list = "No genres yet. They come with the details of films."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Genre]:
        genres: QuerySet[Genre] = super().get_queryset(request)
        return genres.annotate(film_count=Count("movies"))

    @column("films", ordering="film_count", is_number=True)
    def films(self, genre: Any) -> SafeString:
        return format_html(
            '<a class="link" href="{}?genre={}">{}</a>',
            reverse("admin:movies_movie_changelist"),
            genre.pk,
            formats.with_unit(genre.film_count, "film"),
        )

    def record(self, request: HttpRequest, genre: Any) -> Record:
        return Record(
            title=genre,
            label=SafeString(""),
            sentence=format_html(
                'Held of this genre: <a class="link" href="{}?genre={}">{}</a>.',
                reverse("admin:movies_movie_changelist"),
                genre.pk,
                formats.counted(genre.film_count, "film"),
            ),
        )


def _sentence(film: Any, *, may_refill: bool) -> SafeString | str:
    if film.is_being_refilled:
        return f"Its details appear here when {source()} has answered."
    if not film.is_full_record:
        calls = "" if settings.OMDB_DEMO else ", for one call"
        known = f"Only what search results say is known. A re-fill fetches the rest{calls}."
        return known if may_refill else f"{known} Ask an operator."
    told = formats.ago(film.filled_at or film.created_at)
    return format_html("{} told its details {}.", capfirst(source()), told)


def _facts(request: HttpRequest, film: Movie) -> list[tuple[str, object]]:
    years = f"{film.year}\N{EN DASH}{film.end_year}" if film.end_year else film.year
    genres = format_html_join(
        ", ", "{}", ((linked(request, genre),) for genre in film.genres.all())
    )
    return [
        ("Year", years or formats.NONE),
        ("Runtime", spoken("runtime_minutes", film.runtime_minutes)),
        ("Genres", genres or formats.NONE),
        ("Kind", film.get_kind_display() or formats.NONE),
        ("IMDb id", film.imdb_id),
        ("Added", formats.moment(film.created_at)),
    ]


def _poster(film: Movie) -> str:
    """Return the address of the poster, if it is at one of OMDb's poster hosts."""
    allowed = any(film.poster_url.startswith(f"{host}/") for host in settings.POSTER_HOSTS)
    return film.poster_url if allowed else ""


def _found_by(film: Movie) -> Table:
    hits = film.hits.select_related("term").order_by("rank", "term__term")[:TERMS]
    return Table(
        columns=("Term", "Rank", "Last answered"),
        rows=[
            (link(hit.term), formats.number(hit.rank), formats.moment(hit.term.last_search))
            for hit in hits
        ],
        numbers=(1,),
        empty="No term finds it now.",
    )


def _refills(film: Movie) -> list[tuple[Any, str, object]]:
    items = film.refill_items.select_related("refill__requested_by").order_by("-pk")[:TERMS]
    return [
        (item.refill.created_at, person(item.refill.requested_by), link(item.refill))
        for item in items
    ]
