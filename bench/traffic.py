"""Invented searches: Zipf over a million terms, 400 site days, the last of which is today."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dashboard.days import end_of, site_date, start_of
from movies.models import Origin, Outcome

TERMS = 1_000_000
DAYS = 400
MICRO = 1_000_000
ORIGINS = [Origin.VISITOR, Origin.STAFF, Origin.COMMAND, Origin.IMPORT]
OUTCOMES = list(Outcome)
CACHED, FETCHED, NOTHING_NEW, NOT_FOUND, FAILED = (
    OUTCOMES.index(outcome)
    for outcome in (
        Outcome.CACHED,
        Outcome.FETCHED,
        Outcome.NOTHING_NEW,
        Outcome.NOT_FOUND,
        Outcome.FAILED,
    )
)
FILMS = 10
SEARCHES_A_PERSON = 4


@dataclass(frozen=True, slots=True)
class Day:
    """The searches of one site day in the order of time, a column an array."""

    day: date
    # Microseconds since 1970.
    at: NDArray[np.int64]
    term: NDArray[np.int64]
    origin: NDArray[np.int64]
    is_bot: NDArray[np.bool_]
    # Zero for nobody: commands and imports.
    actor: NDArray[np.int64]
    is_first: NDArray[np.bool_]
    outcome: NDArray[np.int64]
    films: NDArray[np.int64]

    @property
    def left_out(self) -> NDArray[np.bool_]:
        return self.is_bot | (self.origin == ORIGINS.index(Origin.STAFF))


@dataclass(slots=True)
class Traffic:
    """A stream of invented searches up to `now`; the same ones for the same arguments.

    Terms are numbered in the order in which they are first searched, from 1. After the stream
    `rank`, `first_at` and `first_origin` know each of them by its number.
    """

    searches: int
    now: datetime
    exponent: float = 1.0
    days: int = DAYS
    terms: int = TERMS
    seed: int = 1
    known: int = field(default=0, init=False)
    rank: NDArray[np.int64] = field(init=False)
    first_at: NDArray[np.int64] = field(init=False)
    first_origin: NDArray[np.int64] = field(init=False)
    _number: NDArray[np.int64] = field(init=False)
    _random: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)
        self._number = np.zeros(self.terms + 1, np.int64)
        self.rank, self.first_at, self.first_origin = (
            np.zeros(self.terms + 1, np.int64) for _ in range(3)
        )

    def __iter__(self) -> Iterator[Day]:
        weights = np.cumsum(np.arange(1, self.terms + 1, dtype=float) ** -self.exponent)
        today = site_date(self.now)
        first = today - timedelta(days=self.days - 1)
        began, now = _micro(start_of(first)), _micro(self.now)
        made = 0
        for back in range(self.days - 1, -1, -1):
            day = today - timedelta(days=back)
            until = min(_micro(end_of(day)), now)
            # By the clock, so that the day that is not over has its part and no more.
            total = round(self.searches * (until - began) / (now - began))
            yield self._day(day, total - made, back, weights, until)
            made = total

    def _day(
        self, day: date, count: int, back: int, weights: NDArray[np.float64], until: int
    ) -> Day:
        random = self._random
        at = np.sort(random.integers(_micro(start_of(day)), until, count))
        rank = 1 + np.searchsorted(weights, random.random(count) * weights[-1])
        _drift(rank, back, random)
        share = random.random(count)
        origin = np.select([share < 0.02, share < 0.03, share < 0.04], [1, 2, 3], 0)
        is_bot = (origin == 0) & (random.random(count) < 0.03)
        people = max(1, count // SEARCHES_A_PERSON)
        actor = np.where(origin < 2, random.integers(1, people + 1, count), 0)
        # Every seventh term finds nothing; one in fifty searches is not answered.
        films = np.where(rank % 7 == 3, 0, FILMS)
        share = random.random(count)
        outcome = np.select(
            [share < 0.02, share < 0.05, share < 0.08], [FAILED, NOTHING_NEW, FETCHED], CACHED
        )
        term, is_first = self._numbered(rank, at, origin)
        outcome[is_first] = np.where(films[is_first] > 0, FETCHED, NOT_FOUND)
        films[(outcome == FAILED) | (outcome == NOT_FOUND)] = 0
        return Day(day, at, term, origin, is_bot, actor, is_first, outcome, films)

    def _numbered(
        self, rank: NDArray[np.int64], at: NDArray[np.int64], origin: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the number of each term, and which searches are the first of theirs."""
        ranks, firsts = np.unique(rank, return_index=True)
        firsts = np.sort(firsts[self._number[ranks] == 0])
        numbers = np.arange(self.known + 1, self.known + 1 + len(firsts))
        self.known += len(firsts)
        self._number[rank[firsts]] = numbers
        self.rank[numbers] = rank[firsts]
        self.first_at[numbers] = at[firsts]
        self.first_origin[numbers] = origin[firsts]
        is_first = np.zeros(len(rank), bool)
        is_first[firsts] = True
        return self._number[rank], is_first


def _drift(rank: NDArray[np.int64], back: int, random: np.random.Generator) -> None:
    """Let some terms rise, fall, or be new in the last four weeks, at the cost of a neighbour."""
    if back < 14:
        moving = (rank % 20 == 3) & (random.random(len(rank)) < 0.5)
        rank[moving] -= 1
    if back >= 28:
        rank[rank % 50 == 7] -= 1


def _micro(moment: datetime) -> int:
    return int(moment.timestamp() * MICRO)
