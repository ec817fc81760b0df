"""Reading OMDb's answers: bytes in, frozen records out, absence instead of "N/A"."""

import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from movies.omdb_errors import BrokenJson, EmptyBody, MissingField, NotJson, UnexpectedShape

KINDS = frozenset({"movie", "series", "episode", "game"})
PAGE_SIZE = 10
LARGEST_INTEGER = 2**31 - 1
LONGEST_GENRE = 100

type Answer = dict[str, object]

# PostgreSQL stores no NUL, and nothing encodes half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x01-\x1f\x7f-\x9f]")
_IMDB_ID = re.compile(r"tt[0-9]{7,18}")
# A hyphen until 2014, an en dash since; a series that still runs ends in the dash.
_YEARS = re.compile("([0-9]{1,4})(?: ?[-\u2013\u2014] ?([0-9]{1,4})?)?")
_COUNT = "[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12}"
_RUNTIME = re.compile(
    rf"(?:({_COUNT}) ?(?:h|hrs?|hours?)\.?)? ?(?:({_COUNT}) ?(?:m|mins?|minutes?)\.?)?",
    re.IGNORECASE,
)
_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FilmSummary:
    """One row of a search; `rank` and the page fields place it in the whole result."""

    imdb_id: str
    title: str
    year: int | None
    end_year: int | None
    kind: str
    poster_url: str
    rank: int
    page: int
    pages: int
    total_results: int | None
    ends_page: bool


@dataclass(frozen=True, slots=True)
class FilmDetail:
    """Everything that is kept of one title."""

    imdb_id: str
    title: str
    year: int | None
    end_year: int | None
    kind: str
    runtime_minutes: int | None
    genres: tuple[str, ...]
    plot: str
    poster_url: str


def storable(text: str) -> str:
    """Return the text without what a database or an encoder refuses."""
    return _UNSTORABLE.sub("", text)


def is_imdb_id(text: str) -> bool:
    return _IMDB_ID.fullmatch(text) is not None


def clean(value: object) -> str:
    """Return a field as one line of text, "" for absence: missing, null, "N/A" or not text."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = " ".join(_CONTROL.sub(" ", storable(str(value))).split())
    return "" if text.casefold() == "n/a" else text


def parse_body(body: bytes) -> Answer:
    """Return the JSON object in the body; raise an UnusableAnswer that says why there is none."""
    text = body.decode("utf-8-sig", errors="replace").strip()
    if not text:
        raise EmptyBody
    if text.startswith("<"):
        raise NotJson
    answer = _loads(text)
    if not isinstance(answer, dict):
        raise UnexpectedShape
    # Searches of the early years had no Response when they found something.
    if answer.keys().isdisjoint({"Response", "Error", "Search", "imdbID"}):
        raise MissingField("OMDb's answer has no Response.")
    if _response(answer) not in ("true", "false"):
        raise UnexpectedShape
    return answer


def _loads(text: str) -> object:
    # Real plots hold raw control characters, which strict=False lets pass. Beside malformed text,
    # json.loads refuses endless numbers by a plain ValueError and endless nesting by the other.
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(text, strict=False)
    raise BrokenJson


def _response(answer: Mapping[str, object]) -> str:
    """Return OMDb's verdict, "true" or "false" as it sends them in strings, or "" for neither."""
    response = answer.get("Response", "Error" not in answer)
    return str(response).casefold() if isinstance(response, str | bool) else ""


def refusal_reason(answer: Mapping[str, object]) -> str | None:
    """Return OMDb's reason, "" when it gives none, or None for an answer that is no refusal."""
    return clean(answer.get("Error")) if _response(answer) == "false" else None


def parse_rows(answer: Mapping[str, object]) -> dict[str, Answer]:
    """Return the rows of a search page by IMDb id, in order, each id once."""
    if "Search" not in answer:
        raise MissingField("OMDb's answer has no Search.")
    rows = answer["Search"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnexpectedShape
    by_id: dict[str, Answer] = {}
    for row in rows:
        by_id.setdefault(_parse_imdb_id(row), row)
    return by_id


def parse_total(answer: Mapping[str, object]) -> int | None:
    """Return how many results a search has, or None when the answer does not say."""
    text = clean(answer.get("totalResults"))
    # With films on the page a total of nothing is no number to go by either.
    return (_bounded(int(text)) or None) if re.fullmatch("[0-9]{1,12}", text) else None


def page_count(total_results: int | None) -> int:
    return ceil((total_results or 0) / PAGE_SIZE)


def parse_page(
    rows: Mapping[str, Mapping[str, object]], *, first_rank: int, page: int, total: int | None
) -> list[FilmSummary]:
    """Return the records of a page; raise MissingField for a row without a title."""
    last_rank = first_rank + len(rows) - 1
    films = []
    for rank, (imdb_id, row) in enumerate(rows.items(), start=first_rank):
        year, end_year = parse_years(clean(row.get("Year")))
        film = FilmSummary(
            imdb_id=imdb_id,
            title=_parse_title(row),
            year=year,
            end_year=end_year,
            kind=parse_kind(row.get("Type")),
            poster_url=parse_poster(row.get("Poster")),
            rank=rank,
            page=page,
            pages=page_count(total),
            total_results=total,
            ends_page=rank == last_rank,
        )
        films.append(film)
    return films


def parse_detail(answer: Mapping[str, object]) -> FilmDetail:
    """Return the record of one title; raise MissingField when its id or title is missing."""
    year, end_year = parse_years(clean(answer.get("Year")))
    return FilmDetail(
        imdb_id=_parse_imdb_id(answer),
        title=_parse_title(answer),
        year=year,
        end_year=end_year,
        kind=parse_kind(answer.get("Type")),
        runtime_minutes=parse_runtime(clean(answer.get("Runtime"))),
        genres=parse_genres(clean(answer.get("Genre"))),
        plot=clean(answer.get("Plot")),
        poster_url=parse_poster(answer.get("Poster")),
    )


def _parse_imdb_id(row: Mapping[str, object]) -> str:
    imdb_id = clean(row.get("imdbID"))
    if not imdb_id:
        raise MissingField("OMDb's answer has no imdbID.")
    if not is_imdb_id(imdb_id):
        raise UnexpectedShape
    return imdb_id


def _parse_title(row: Mapping[str, object]) -> str:
    title = clean(row.get("Title"))
    if not title:
        raise MissingField("OMDb's answer has no Title.")
    return title


def parse_years(text: str) -> tuple[int | None, int | None]:
    """Return the first and the last year; the last is None for a film and for a running series."""
    match = _YEARS.fullmatch(text)
    if match is None:
        return None, None
    year, end_year = int(match[1]), int(match[2] or -1)
    return year, end_year if end_year >= year else None


def parse_runtime(text: str) -> int | None:
    """Return minutes, or None for anything that is not a length of time."""
    match = _RUNTIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes = (int((count or "0").replace(",", "")) for count in match.groups())
    return _bounded(hours * 60 + minutes) or None


def parse_genres(text: str) -> tuple[str, ...]:
    """Return the genres in order, each spelling once whatever its case."""
    genres: dict[str, str] = {}
    for name in map(clean, text.split(",")):
        if 0 < len(name) <= LONGEST_GENRE:
            genres.setdefault(name.casefold(), name)
    return tuple(genres.values())


def parse_kind(value: object) -> str:
    kind = clean(value).casefold()
    return kind if kind in KINDS else ""


def parse_poster(value: object) -> str:
    url = clean(value)
    return url if _WEB_ADDRESS.fullmatch(url) else ""


def _bounded(number: int) -> int | None:
    return number if number <= LARGEST_INTEGER else None
