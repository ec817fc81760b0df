"""Answers as OMDb writes them, for the tests of the client."""

from collections.abc import Iterable

from movies.omdb import OmdbClient
from movies.omdb_records import FilmSummary
from movies.tests.omdb_server import OmdbServer, Params, Reply

DETAIL = {
    "Title": "The Matrix",
    "Year": "1999",
    "Runtime": "136 min",
    "Genre": "Action, Sci-Fi",
    "Plot": "A hacker wakes up.",
    "Poster": "https://m.media-amazon.com/matrix.jpg",
    "imdbID": "tt0133093",
    "Type": "movie",
    "Response": "True",
}


def row(number: int) -> dict[str, object]:
    return {
        "Title": f"Film {number}",
        "Year": "1999",
        "imdbID": f"tt{number:07d}",
        "Type": "movie",
        "Poster": "N/A",
    }


def page(first: int, last: int, total: object = None) -> Reply:
    rows = [row(number) for number in range(first, last + 1)]
    known = {} if total is None else {"totalResults": total}
    return Reply.of({"Search": rows, "Response": "True", **known})


def endless(params: Params) -> tuple[int, dict[str, object]]:
    """Answer every page with ten new films."""
    first = 10 * int(params["page"])
    rows = [row(number) for number in range(first, first + 10)]
    return 200, {"Search": rows, "totalResults": "999999", "Response": "True"}


def client_of(server: OmdbServer) -> OmdbClient:
    """Return a client of this server that retries at once."""
    return OmdbClient(
        api_key=server.key or "any-key", url=server.url, backoff_seconds=0, timeout=(1, 5)
    )


def ids(films: Iterable[FilmSummary]) -> list[str]:
    return [film.imdb_id for film in films]
