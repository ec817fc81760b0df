"""Turn invented visits into the rows that the real ones would have left behind."""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from dashboard.days import site_date
from dashboard.sample.answers import Answer, answer
from dashboard.sample.films import Pair, complete
from dashboard.sample.visits import Visit
from movies import calls
from movies.catalogue import Film
from movies.models import ANSWERS, Hit, Movie, Outcome, Search, SearchTerm
from movies.omdb import ATTEMPTS
from movies.omdb_errors import TimedOut

# Days back from the one on which the history was written, and what went wrong on the site's
# clock: the hours, the outcome, and what staff read of it.
TROUBLES = (
    (11, time(18), time(21), Outcome.FAILED, TimedOut.default),
    (24, time(15), time(19), Outcome.OVER_BUDGET, calls.OverBudget.message),
)
# The part of the films whose details somebody fetched.
COMPLETE_PART = 0.6


@dataclass(slots=True)
class Batch:
    """Rows that belong together and are not written yet."""

    searches: list[Search] = field(default_factory=list)
    new_terms: list[SearchTerm] = field(default_factory=list)
    new_films: list[Pair] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    # Terms known before that were answered anew.
    answered: list[SearchTerm] = field(default_factory=list)


class Ledger:
    """The terms and films known so far; each batch continues from the one before it."""

    def __init__(
        self,
        terms: Iterable[SearchTerm],
        movies: Iterable[Movie],
        *,
        today: date,
        until: datetime,
    ) -> None:
        self.terms = {term.term: term for term in terms}
        self.movies = {movie.imdb_id: movie for movie in movies}
        self._today = today
        self._until = until

    def enter(self, visits: Iterable[Visit], chance: random.Random) -> Batch:
        """Return the rows of these visits, which are later than all that were entered before."""
        batch = Batch()
        known = set(self.terms)
        answered: dict[str, SearchTerm] = {}
        for visit in visits:
            search = self._begin(visit, batch, chance)
            self._end(search, batch, chance)
            batch.searches.append(search)
            if search.attempts and search.outcome in ANSWERS and visit.term in known:
                answered[visit.term] = search.term
        batch.answered = list(answered.values())
        return batch

    def _begin(self, visit: Visit, batch: Batch, chance: random.Random) -> Search:
        is_first = visit.term not in self.terms
        if is_first:
            term = SearchTerm(
                term=visit.term, created_at=visit.at, origin=visit.origin, answered_by_demo=True
            )
            self.terms[visit.term] = term
            batch.new_terms.append(term)
        return Search(
            uuid=uuid.UUID(int=chance.getrandbits(128), version=4),
            term=self.terms[visit.term],
            origin=visit.origin,
            actor=visit.actor,
            is_bot=visit.is_bot,
            created_at=visit.at,
            is_first=is_first,
        )

    def _end(self, search: Search, batch: Batch, chance: random.Random) -> None:
        if self._is_fresh(search):
            search.outcome = Outcome.CACHED
            search.started_at = search.finished_at = search.created_at
            search.films_found = len(answer(search.term.term).films)
            search.total_results = search.term.total_results
            return
        started = search.created_at + timedelta(seconds=chance.uniform(0.02, 0.4))
        search.started_at = started
        search.attempts = 1
        if trouble := self._trouble(search.created_at):
            search.finished_at = started + timedelta(seconds=_break_off(search, *trouble, chance))
        else:
            self._fetch(search, batch, chance, started)

    def _is_fresh(self, search: Search) -> bool:
        answered = search.term.last_search
        fresh_for = timedelta(seconds=settings.SEARCH_FRESH_FOR)
        return answered is not None and answered > search.created_at - fresh_for

    def _trouble(self, moment: datetime) -> tuple[Outcome, str] | None:
        clock = timezone.localtime(moment, timezone.get_default_timezone()).time()
        ago = (self._today - site_date(moment)).days
        for days, begins, ends, outcome, message in TROUBLES:
            if ago == days and begins <= clock < ends:
                return outcome, message
        return None

    def _fetch(
        self, search: Search, batch: Batch, chance: random.Random, started: datetime
    ) -> None:
        found = answer(search.term.term)
        search.calls = max(1, found.pages)
        seconds = sum(chance.lognormvariate(-0.9, 0.5) for _ in range(search.calls))
        finished = search.finished_at = started + timedelta(seconds=seconds)
        search.pages_done = search.pages_total = found.pages
        search.films_found = len(found.films)
        search.message = found.message
        # Without a page of films nobody has said how many there are.
        search.total_results = len(found.films) or None
        new = [film for film in found.films if film.imdb_id not in self.movies]
        search.films_new = len(new)
        search.outcome = _outcome(search, found)
        for film in new:
            batch.new_films.append((self._add_film(film, finished, chance), film))
        self._remember(search, found, batch, finished)

    def _add_film(self, film: Film, at: datetime, chance: random.Random) -> Movie:
        movie = Movie(
            imdb_id=film.imdb_id,
            title=film.title,
            kind=Movie.Kind.MOVIE,
            year=int(film.year),
            created_at=at,
        )
        filled_at = at + timedelta(hours=chance.expovariate(1 / 9))
        if chance.random() < COMPLETE_PART and filled_at < self._until:
            complete(movie, film, filled_at)
        self.movies[film.imdb_id] = movie
        return movie

    def _remember(self, search: Search, found: Answer, batch: Batch, at: datetime) -> None:
        term = search.term
        if term.last_search is None:
            batch.hits += [
                Hit(term=term, movie=self.movies[film.imdb_id], rank=rank, seen_by=search.uuid)
                for rank, film in enumerate(found.films, start=1)
            ]
        term.last_search = at
        term.last_outcome = search.outcome
        term.total_results = len(found.films)


def _break_off(search: Search, outcome: Outcome, message: str, chance: random.Random) -> float:
    """End a search without an answer; return after how many seconds."""
    search.outcome = outcome
    search.message = message
    if outcome != Outcome.FAILED:
        return 0.01
    search.calls = ATTEMPTS
    return chance.uniform(28, 34)


def _outcome(search: Search, found: Answer) -> Outcome:
    if found.is_too_broad:
        return Outcome.TOO_MANY
    if not found.films:
        return Outcome.NOT_FOUND
    return Outcome.FETCHED if search.films_new else Outcome.NOTHING_NEW
