"""The demo catalogue: a few real films, answering as OMDb would and without a network."""

import csv
import functools
import io
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import requests
from urllib3 import HTTPResponse

from movies.omdb_records import PAGE_SIZE, is_imdb_id

CATALOGUE = Path(__file__).with_name("catalogue.csv")
LAST_PAGE = 100
ABSENT = "N/A"

_WORD = re.compile(r"[^\W_]+")
_DETAIL_FIELDS = (  # noqa: SIM905 - a list of strings would take a line for each
    "Title Year Rated Released Runtime Genre Director Writer Actors Plot Language Country Awards "
    "Poster Ratings Metascore imdbRating imdbVotes imdbID Type DVD BoxOffice Production Website"
).split()

type Reply = tuple[int, dict[str, object]]


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return tuple(
        _WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter)))
    )


@dataclass(frozen=True, slots=True)
class Film:
    """One line of the catalogue."""

    imdb_id: str
    title: str
    year: str
    runtime: str
    genres: tuple[str, ...]
    plot: str
    words: tuple[str, ...]

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Self:
        return cls(
            imdb_id=row["imdb_id"],
            title=row["title"],
            year=row["year"],
            runtime=row["runtime"],
            genres=tuple(filter(None, row["genres"].split("|"))),
            plot=row["plot"],
            words=words_of(row["title"]),
        )

    def summary(self) -> dict[str, object]:
        return {
            "Title": self.title,
            "Year": self.year or ABSENT,
            "imdbID": self.imdb_id,
            "Type": "movie",
            "Poster": ABSENT,
        }

    def detail(self) -> dict[str, object]:
        """Return every field that OMDb has, "N/A" where the catalogue knows nothing."""
        return (
            dict.fromkeys(_DETAIL_FIELDS, ABSENT)
            | self.summary()
            | {
                "Runtime": f"{self.runtime} min" if self.runtime else ABSENT,
                "Genre": ", ".join(self.genres) or ABSENT,
                "Plot": self.plot or ABSENT,
                "Ratings": [],
                "Response": "True",
            }
        )


@dataclass(frozen=True)
class Catalogue:
    """Films to be searched by the words of their titles."""

    films: tuple[Film, ...]

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Return the catalogue in a CSV file; raise OSError when it is not there."""
        with path.open(encoding="utf-8", newline="") as file:
            return cls(tuple(map(Film.from_row, csv.DictReader(file))))

    @functools.cached_property
    def by_id(self) -> dict[str, Film]:
        return {film.imdb_id: film for film in self.films}

    def answer(self, params: Mapping[str, str]) -> Reply:
        """Return the HTTP status and the JSON that OMDb would send for these parameters."""
        if params.get("i"):
            return self._by_id(params["i"])
        if params.get("t"):
            return self._by_title(params)
        if "s" in params:
            return self._search(params)
        if "i" in params or "t" in params:
            return _error("Incorrect IMDb ID.")
        return _error("Something went wrong.")

    def _by_id(self, imdb_id: str) -> Reply:
        if not is_imdb_id(imdb_id):
            return _error("Incorrect IMDb ID.")
        film = self.by_id.get(imdb_id)
        return (200, film.detail()) if film else _error("Error getting data.")

    def _by_title(self, params: Mapping[str, str]) -> Reply:
        kind = params.get("type") or "movie"
        found = self._matching(params["t"], kind, params.get("y", ""))
        if found:
            return 200, found[0].detail()
        return _error(f"{kind.capitalize()} not found!")

    def _search(self, params: Mapping[str, str]) -> Reply:
        term = params["s"].strip()
        if not term:
            return _error("Incorrect IMDb ID.")
        if len(term) < 3 or term.casefold() == "the":
            return _error("Too many results.")
        found = self._matching(term, params.get("type") or "movie", params.get("y", ""))
        first = (_page_number(params.get("page", "1")) - 1) * PAGE_SIZE
        shown = found[first : first + PAGE_SIZE] if first >= 0 else []
        if not shown:
            return _error("Movie not found!")
        rows = [film.summary() for film in shown]
        return 200, {"Search": rows, "totalResults": str(len(found)), "Response": "True"}

    def _matching(self, term: str, kind: str, year: str) -> list[Film]:
        """Return the films whose titles hold every word of the term, the likeliest first."""
        words = words_of(term)
        if not words or kind != "movie":
            return []
        found = [
            film for film in self.films if set(words) <= set(film.words) and year in ("", film.year)
        ]

        def likeliness(film: Film) -> tuple[bool, bool, int, str]:
            begins = film.words[: len(words)] == words
            return (film.words != words, not begins, -int(film.year or 0), film.imdb_id)

        return sorted(found, key=likeliness)


def _error(reason: str) -> Reply:
    return 200, {"Response": "False", "Error": reason}


def _page_number(text: str) -> int:
    """Return the page, or 0 for one that OMDb does not have."""
    return int(text) if re.fullmatch("[0-9]{1,3}", text) and int(text) <= LAST_PAGE else 0


@functools.cache
def demo() -> Catalogue:
    """Return the catalogue that comes with the product, read once and not before it is asked."""
    return Catalogue.from_file(CATALOGUE)


def answer(params: Mapping[str, str]) -> Reply:
    """Return the HTTP status and the JSON that OMDb would send, from the demo catalogue."""
    return demo().answer(params)


class CatalogueAdapter(requests.adapters.BaseAdapter):
    """Answer a `requests` session from the demo catalogue, in process."""

    def send(
        self, request: requests.PreparedRequest, *args: object, **kwargs: object
    ) -> requests.Response:
        """Return the catalogue's answer to the request's query; any key will do."""
        query = urlsplit(request.url or "").query
        status, content = answer(dict(parse_qsl(str(query), keep_blank_values=True)))
        response = requests.Response()
        response.status_code = status
        response.request = request
        response.url = request.url or ""
        response.headers["Content-Type"] = "application/json; charset=utf-8"
        body = io.BytesIO(json.dumps(content).encode())
        response.raw = HTTPResponse(body, status=status, preload_content=False)
        return response

    def close(self) -> None:
        """Do nothing: there is no connection to close."""
