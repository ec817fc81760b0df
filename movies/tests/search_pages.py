"""Rows and requests for the tests of the public pages."""

import html

from django.urls import reverse
from django.utils import timezone

from movies.models import Hit, Movie, Origin, Search, SearchTerm

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}


def make_search(text: str = "dune", *, films: int = 0, **facts) -> Search:
    """Return a search by a visitor, and as many films that it found."""
    term, _ = SearchTerm.objects.get_or_create(term=text)
    search = Search.objects.create(term=term, origin=Origin.VISITOR, **facts)
    add_films(search, films)
    return search


def add_films(search: Search, count: int, first: int = 1) -> None:
    for rank in range(first, first + count):
        movie = Movie.objects.create(
            imdb_id=f"tt{search.pk:03}{rank:05}", title=f"Film {rank}", year=1999
        )
        Hit.objects.create(term=search.term, movie=movie, rank=rank, seen_by=search.uuid)


def ended(outcome: str, text: str = "dune", **facts) -> Search:
    return make_search(text, outcome=outcome, finished_at=timezone.now(), **facts)


def address(search: Search) -> str:
    return reverse("movies:results", args=[search.uuid])


def words(client, search: Search, **query: str) -> str:
    """Return what the page of a search says, its entities resolved."""
    response = client.get(address(search), query)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def shown_titles(client, search: Search, **query: str) -> list[str]:
    return [film.title for film in client.get(address(search), query).context["shown"].films]


def post(client, term: str = "dune", **extra):
    return client.post("/searches/", {"term": term}, headers=BROWSER, **extra)


def progress(client, search: Search, **query: str):
    return client.get(f"{address(search)}progress/", query)
