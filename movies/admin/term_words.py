"""What is said of a term: a sentence, its films and its searches."""

from typing import Any

from django.db.models import Count
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import formats, labels, shortfall
from movies.admin.changes import being_refilled
from movies.admin.parts import BY, Progress, Table, link, source
from movies.models import Hit, Origin, Outcome, SearchTerm

NEWEST = 20
FILMS = 100


def count_films(terms: list[Any]) -> None:
    hits = Hit.objects.filter(term__in=[term.pk for term in terms]).order_by()
    counts = dict(hits.values_list("term").annotate(Count("pk")))
    for term in terms:
        term.hit_count = counts.get(term.pk, 0)


def held(term: Any) -> str:
    """Return `3 of 117`, or what is held when OMDb never said how many there are."""
    count = formats.number(term.hit_count)
    return f"{count} of {formats.number(term.total_results)}" if term.total_results else count


def state_of(term: SearchTerm) -> SafeString:
    if term.last_outcome:
        return labels.outcome_label(Outcome(term.last_outcome))
    return labels.label("rest", "Not answered yet")


def progress(term: Any) -> Progress | None:
    """Return how many of the films are held; None where OMDb never said how many there are."""
    if not term.total_results:
        return None
    return Progress(term.hit_count, term.total_results, _of_all(term))


def _of_all(term: Any) -> str:
    if term.hit_count >= term.total_results:
        every = f"All {formats.number(term.hit_count)} films held"
        return every if term.hit_count > 1 else "Its one film is held"
    words = f"{held(term)} films held"
    if shortfall.missing(term, term.hit_count) == 0:
        return f"{words}; {source()} lists no more"
    return words


def sentence(term: Any, *, may_repeat: bool) -> SafeString:
    return format_html(
        "First asked by {}, last answered {}.{}",
        BY[Origin(term.origin)],
        formats.ago(term.last_search),
        "" if may_repeat else " Ask an operator to search it again.",
    )


def films(term: Any) -> Table:
    hits = term.hits.select_related("movie").defer("movie__plot")
    hits = hits.annotate(is_being_refilled=being_refilled("movie"))[:FILMS]
    return Table(
        columns=("Title", "Details", "Year", "Rank"),
        rows=[
            (
                link(hit.movie, hit.movie.title),
                labels.film_label(hit.movie, is_being_refilled=hit.is_being_refilled),
                hit.movie.year or formats.NONE,
                formats.number(hit.rank),
            )
            for hit in hits
        ],
        numbers=(3,),
        is_wide=True,
        empty="No film is held for this term.",
        more=f"The first {FILMS} films." if term.hit_count > FILMS else "",
    )


def searches(term: Any) -> Table:
    # One more than is shown tells whether there are more; a term may have a million.
    newest = list(term.searches.select_related("requested_by")[: NEWEST + 1])
    return Table(
        columns=("Searched", "How it ended", "Asked by", "Films", "New", "OMDb calls"),
        rows=[
            (
                link(search, formats.moment(search.created_at)),
                labels.search_label(search, note=True),
                search.get_origin_display(),
                formats.number(search.films_found),
                formats.number(search.films_new),
                formats.number(search.calls),
            )
            for search in newest[:NEWEST]
        ],
        numbers=(3, 4, 5),
        is_wide=True,
        empty="No search of it is in the log any more: searches are kept 90 days.",
        more=f"The newest {NEWEST} searches." if len(newest) > NEWEST else "",
    )
