"""Build one database of invented searches as if the roll-up had folded each of them.

Of days older than retention there are only the read models, as in a real one. Reading needs no
more of the flatter traffic: of it only the read models are built.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from numpy.typing import NDArray

from bench.loading import load, quickly, text
from bench.read_models import actors, load_actors, load_read_models
from bench.traffic import FILMS, ORIGINS, OUTCOMES, Day, Traffic
from dashboard.days import site_date
from dashboard.models import ActorDay, DayTotals, FilmDay, HourTotals, RollUp, TermDay
from dashboard.rollup.comparing import differing
from dashboard.rollup.tables import TABLES
from movies.models import Hit, Movie, Outcome, Search, SearchTerm
from movies.services import kept_from

LOADED = (Search, SearchTerm, Movie, Hit, TermDay, HourTotals, DayTotals, ActorDay, FilmDay)
# The most searched terms hold films; a repeat search of one counts them.
TERMS_WITH_FILMS = 10_000
TERMS_A_FILM = 10


def build(traffic: Traffic, *, only_read_models: bool = False) -> str:
    """Fill the empty, default database; return in words what is in it."""
    call_command("migrate", verbosity=0)
    User.objects.create_superuser("bench")
    raw_from = kept_from(traffic.now)
    raw = days = 0
    with quickly(LOADED):
        for day in traffic:
            days += load_read_models(day)
            if day.day >= site_date(raw_from) and not only_read_models:
                raw += load_searches(day, first_pk=raw + 1)
                load_actors(day)
        load_terms(traffic)
        films = _load_films(traffic)
    RollUp.objects.create(
        pk=1, figures_to=traffic.now, time_zone=settings.TIME_ZONE, raw_from=raw_from
    )
    return (
        f"{traffic.searches:,} searches of {traffic.known:,} terms in {traffic.days} days: "
        f"{days:,} rows a day and term, {raw:,} raw rows of the last 90 days, {films:,} films"
    )


def differences(day: date) -> int:
    """Return how many rows of a day are not what the roll-up would have made of its searches."""
    return sum(len(list(differing(table, day))) for table in TABLES)


def load_searches(day: Day, *, first_pk: int, counted: bool = True) -> int:
    """Write the raw rows of a day; return how many."""
    rows = len(day.at)
    answered = moments(day.at)
    return load(
        "movies_search",
        {
            "id": list(range(first_pk, first_pk + rows)),
            # Random enough for an index; what is not random are version and variant.
            "uuid": [f"{high:016x}{low:016x}" for high, low in _random_pairs(rows, first_pk)],
            "term_id": day.term.tolist(),
            "origin": _named(ORIGINS, day.origin),
            "actor": actors(day.day, day.actor),
            "is_bot": _bits(day.is_bot),
            "created_at": answered,
            "is_first": _bits(day.is_first),
            "started_at": answered,
            "finished_at": answered,
            "outcome": _named(OUTCOMES, day.outcome),
            "message": "",
            "pages_done": 0,
            "pages_total": 0,
            "films_found": day.films.tolist(),
            "films_new": 0,
            "calls": 0,
            "attempts": 0,
            "counted": int(counted),
        },
    )


def load_terms(traffic: Traffic) -> None:
    """Write all terms that were searched; each is fresh."""
    numbers = slice(1, traffic.known + 1)
    load(
        "movies_searchterm",
        {
            "id": list(range(1, traffic.known + 1)),
            "term": [term_of(rank) for rank in traffic.rank[numbers].tolist()],
            "created_at": moments(traffic.first_at[numbers]),
            "last_search": text(traffic.now),
            "last_outcome": Outcome.FETCHED,
            "answered_by_demo": int(settings.OMDB_DEMO),
            "origin": _named(ORIGINS, traffic.first_origin[numbers]),
            "hidden": 0,
        },
    )


def term_of(rank: int) -> str:
    return f"the film of rank {rank}"


def moments(at: NDArray[np.int64]) -> list[str]:
    """Return moments as both databases read and Django writes them, in UTC."""
    texts = np.datetime_as_string(at.astype("datetime64[us]"))
    return [text.replace("T", " ") for text in texts.tolist()]


def _random_pairs(rows: int, seed: int) -> list[list[int]]:
    random = np.random.default_rng(seed)
    found: list[list[int]] = random.integers(0, 2**64, (rows, 2), np.uint64).tolist()
    return found


def _named(names: Sequence[str], codes: NDArray[np.int64]) -> list[str]:
    texts = [str(name) for name in names]
    return [texts[code] for code in codes.tolist()]


def _bits(flags: NDArray[np.bool_]) -> list[int]:
    found: list[int] = flags.astype(int).tolist()
    return found


def _load_films(traffic: Traffic) -> int:
    films = max(FILMS, traffic.known // TERMS_A_FILM)
    load(
        "movies_movie",
        {
            "id": list(range(1, films + 1)),
            "imdb_id": [f"tt{number:07}" for number in range(films)],
            "title": [f"Film {number}" for number in range(films)],
            "kind": "movie",
            "plot": "",
            "poster_url": "",
            "is_full_record": [int(number % 10 > 0) for number in range(films)],
            "created_at": text(traffic.now),
        },
    )
    terms = min(TERMS_WITH_FILMS, traffic.known)
    hits = [(term, rank) for term in range(1, terms + 1) for rank in range(1, FILMS + 1)]
    load(
        "movies_hit",
        {
            "term_id": [term for term, _ in hits],
            "movie_id": [(term * FILMS + rank) % films + 1 for term, rank in hits],
            "rank": [rank for _, rank in hits],
            "seen_by": "0" * 32,
        },
    )
    return films
