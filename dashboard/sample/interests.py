"""What people look for in the sample history: a long tail of spellings, and a few stories."""

import functools
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.sample import shapes
from dashboard.sample.shapes import Shape
from movies.catalogue import Film, demo
from movies.terms import normalise

# Shares of an ordinary day's searches.
CATALOGUE_SHARE = 0.9
MISSING_SHARE = 0.07
BROAD_SHARE = 0.03

# The catalogue has films alone, and not these.
MISSING = (
    "stranger things",
    "game of thrones",
    "breaking bad",
    "the office",
    "squid game",
    "paddington",
    "wednesday",
    "the last of us",
    "severance",
    "moana 2",
    "minecraft",
    "the bear",
    "house of the dragon",
    "succession",
    "28 years later",
    "bluey",
    "demon slayer",
    "shogun",
    "sinners",
    "scrooge",
    "andor",
    "weapons",
    "elf",
)
BROAD = ("the", "it", "up", "us", "x", "f1", "m")
# Nobody looks for it before it comes out.
NEW_FILM = "Dune: Part Two"
# At its busiest, each adds this share of an ordinary day to the day.
STORIES: tuple[tuple[str, float, Shape], ...] = (
    ("roman holiday", 0.34, shapes.spike),
    ("audrey hepburn", 0.1, shapes.spike),
    (normalise(NEW_FILM), 0.03, shapes.release),
    ("dune part two", 0.05, shapes.release),
    ("dune 2", 0.025, shapes.release),
    ("dune part 2 streaming", 0.01, shapes.release),
    ("dune", 0.016, shapes.series_of_release),
    ("barbie", 0.024, shapes.fading),
    ("oppenheimer", 0.018, shapes.fading),
    ("seven samurai", 0.007, shapes.gone),
    ("rashomon", 0.004, shapes.gone),
    ("halloween", 0.05, shapes.season(10, 31, 9)),
    ("scream", 0.02, shapes.season(10, 31, 12)),
    ("home alone", 0.05, shapes.season(12, 22, 20)),
    ("it's a wonderful life", 0.03, shapes.season(12, 24, 14)),
    ("notting hill", 0.02, shapes.season(2, 14, 7)),
    ("jaws", 0.02, shapes.season(7, 15, 30)),
)


@dataclass(frozen=True, slots=True)
class Interest:
    """One thing looked for, and the share it takes of an ordinary day when its shape is 1."""

    term: str
    share: float
    shape: Shape = shapes.steady


def dice(*words: object) -> random.Random:
    """Return chances that are always the same for the same words."""
    return random.Random(" ".join(map(str, words)))  # noqa: S311 - invented data is no secret


@functools.cache
def interests(seed: int) -> tuple[Interest, ...]:
    """Return everything that is looked for in the history of this seed."""
    told = [Interest(term, share, shape) for term, share, shape in STORIES]
    shares = _catalogue_shares(seed)
    shares |= _by_rank(MISSING, MISSING_SHARE) | _by_rank(BROAD, BROAD_SHARE)
    for interest in told:
        # The story alone says when it is looked for.
        shares.pop(interest.term, None)
    return (*told, *(Interest(term, share) for term, share in shares.items()))


def _by_rank(terms: Sequence[str], whole: float) -> dict[str, float]:
    """Return the terms' shares of `whole`, the first one's the largest, as Zipf found them."""
    weights = [1 / (rank + 3) for rank in range(len(terms))]
    total = sum(weights)
    return {term: whole * weight / total for term, weight in zip(terms, weights, strict=True)}


def _catalogue_shares(seed: int) -> dict[str, float]:
    chance = dice(seed, "popularity")

    def place(film: Film) -> float:
        # Newer films are looked for more, though not always.
        return (chance.random() + 0.15) * (2030 - int(film.year))

    films = sorted((film for film in demo().films if film.title != NEW_FILM), key=place)
    by_film = _by_rank([film.imdb_id for film in films], CATALOGUE_SHARE)
    shares: defaultdict[str, float] = defaultdict(float)
    for film in films:
        for spelling, part in _spellings(film, chance):
            shares[normalise(spelling)] += by_film[film.imdb_id] * part
    return shares


def _spellings(film: Film, chance: random.Random) -> Iterator[tuple[str, float]]:
    """Yield the ways in which people look for a film, and each way's part of them."""
    title = film.title
    short = title.partition(":")[0].removeprefix("The ")
    yield title, 0.48
    yield short, 0.24
    yield max(film.words, key=len), 0.1
    yield misspelt(short, chance), 0.05
    yield misspelt(short, chance), 0.03
    for ending in ("movie", "film", film.year, "cast", "streaming"):
        yield f"{title} {ending}", 0.02


def misspelt(text: str, chance: random.Random) -> str:
    """Return the text with two letters swapped, one left out or one doubled."""
    place = chance.randrange(max(1, len(text) - 1))
    pair = text[place : place + 2]
    slips = (pair[::-1], pair[:1], pair[:1] + pair)
    return text[:place] + chance.choice(slips) + text[place + 2 :]
