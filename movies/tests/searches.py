"""Searches and pages of results for the tests of searching."""

from movies import searching, services
from movies.models import Origin, Search
from movies.tests.omdb_server import Reply


def page(*films: tuple[str, str, str], total: int | None = None) -> Reply:
    """Return a page of search results of (id, title, year)."""
    rows = [
        {"imdbID": imdb_id, "Title": title, "Year": year, "Type": "movie", "Poster": "N/A"}
        for imdb_id, title, year in films
    ]
    count = len(films) if total is None else total
    return Reply.of({"Search": rows, "totalResults": str(count), "Response": "True"})


def films(first: int, count: int) -> list[tuple[str, str, str]]:
    return [(f"tt{number:07}", f"Film {number}", "1999") for number in range(first, first + count)]


def requested(text: str = "alien") -> Search:
    return services.request_search(text, origin=Origin.COMMAND, in_place=True, force=True)


def run(search: Search) -> Search:
    searching.run(search.pk)
    search.refresh_from_db()
    return search
