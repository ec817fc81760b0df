"""Run one search: ask OMDb page by page, keep what comes, end in exactly one outcome."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from movies import calls
from movies.models import ANSWERS, Hit, Movie, Outcome, Search, SearchTerm
from movies.omdb import LAST_PAGE
from movies.omdb_errors import KeyRefused, LimitReached, OmdbError, TooManyResults
from movies.omdb_records import FilmSummary
from movies.querysets import LEASE, MAX_ATTEMPTS
from movies.signals import announce, search_finished

logger = logging.getLogger(__name__)

# Below the task's soft time limit by more than a page can take with all its retries.
LONGEST_SEARCH = 400.0
NOT_MINE = "not mine"


class TooSlow(OmdbError):
    """The search took longer than a worker may give to it."""

    default = "OMDb was too slow: the search was stopped."


class LeaseLost(Exception):
    """Another worker has taken this search over; this one stops without a word to the row."""


@dataclass
class _Progress:
    """What this run of the search has met so far."""

    found: int = 0
    new: int = 0
    total: int | None = None
    page: list[FilmSummary] = field(default_factory=list)


def run(search_id: int) -> str:
    """Run the search with this id; return its outcome, or "not mine" if it is not to be had."""
    search = Search.objects.claim(search_id)
    if search is None:
        return NOT_MINE
    with bound_contextvars(search_id=str(search.uuid)):
        return _run(search)


def _run(search: Search) -> str:
    if search.attempts > MAX_ATTEMPTS:
        return _finish(search, _Progress(), Outcome.FAILED, "It broke off every time it was run.")
    spending = calls.Spending(calls.spend_for_visitor)
    progress = _Progress()
    message = ""
    try:
        _fetch(search, progress, spending)
    except LeaseLost:
        logger.warning("search %s was taken over by another worker", search.pk)
        return NOT_MINE
    except (OmdbError, calls.OverBudget) as error:
        outcome, message = _outcome_of(error), error.message
    else:
        outcome = _answer(search, progress)
    finally:
        # Whoever ends the search: the calls were made.
        Search.objects.filter(pk=search.pk).update(calls=F("calls") + spending.calls)
    return _finish(search, progress, outcome, message)


def _fetch(search: Search, progress: _Progress, spending: calls.Spending) -> None:
    started = time.monotonic()
    with spending.heard():
        for film in calls.client().search(search.term.term, before_call=spending):
            progress.page.append(film)
            if not film.ends_page:
                continue
            # At once, not at the end: after a probe the next page needs an open budget.
            spending.remember_answer()
            _store_page(search, progress)
            if time.monotonic() - started > LONGEST_SEARCH:
                raise TooSlow


def _store_page(search: Search, progress: _Progress) -> None:
    page = progress.page
    last = page[-1]
    with transaction.atomic():
        held = Search.objects.held(search)
        # First, because it locks the row: a worker that lost its lease writes nothing.
        if not held.update(lease_until=timezone.now() + LEASE):
            raise LeaseLost
        # In one order for everybody: two searches that bring the same films cannot deadlock.
        new = sum(_store_film(search, film) for film in sorted(page, key=attrgetter("imdb_id")))
        held.update(
            pages_done=last.page,
            pages_total=min(last.pages, LAST_PAGE),
            total_results=last.total_results,
            films_found=progress.found + len(page),
            films_new=F("films_new") + new,
        )
    progress.found += len(page)
    progress.new += new
    progress.total = last.total_results
    progress.page = []


def _store_film(search: Search, film: FilmSummary) -> int:
    """Write one film and its rank; return 1 if it was unknown, else 0."""
    logger.info("Saving movie: '%s' / '%s'", film.title, film.imdb_id)
    facts = {
        "title": film.title,
        "year": film.year,
        "end_year": film.end_year,
        "kind": film.kind,
        "poster_url": film.poster_url,
    }
    movie, created = Movie.objects.get_or_create(imdb_id=film.imdb_id, defaults=facts)
    if created:
        logger.info("Movie created: '%s'", movie.title)
    # A row of results may leave out what the details told; that is no news.
    news = {name: value for name, value in facts.items() if value and value != getattr(movie, name)}
    if news:
        Movie.objects.filter(pk=movie.pk).update(**news)
    Hit.objects.update_or_create(
        term=search.term, movie=movie, defaults={"rank": film.rank, "seen_by": search.uuid}
    )
    return int(created)


def _outcome_of(error: Exception) -> Outcome:
    match error:
        case TooManyResults():
            return Outcome.TOO_MANY
        case KeyRefused():
            return Outcome.REFUSED
        case LimitReached() | calls.OverBudget():
            return Outcome.OVER_BUDGET
    return Outcome.FAILED


def _answer(search: Search, progress: _Progress) -> Outcome:
    if not progress.found:
        return Outcome.NOT_FOUND
    # What an attempt that broke off had brought is still this search's.
    return Outcome.FETCHED if progress.new or search.films_new else Outcome.NOTHING_NEW


def _finish(search: Search, progress: _Progress, outcome: Outcome, message: str) -> str:
    """End the search and everybody who joined it, in one transaction."""
    now = timezone.now()
    with transaction.atomic():
        # In the order of request_search, so that nobody joins a search that is just ending.
        SearchTerm.objects.select_for_update(no_key=True).get(pk=search.term_id)
        ended = Search.objects.held(search).update(
            outcome=outcome,
            message=message,
            finished_at=now,
            lease=None,
            lease_until=None,
        )
        if not ended:
            return NOT_MINE
        search.refresh_from_db()
        if outcome in ANSWERS:
            _remember_answer(search, progress, now)
        elif search.films_found:
            SearchTerm.objects.filter(pk=search.term_id).update(
                is_short=True, total_results=search.total_results
            )
        _finish_followers(search)
        announce(search_finished, sender=Search, search=search)
    return str(outcome)


def _remember_answer(search: Search, progress: _Progress, now: datetime) -> None:
    SearchTerm.objects.filter(pk=search.term_id).update(
        last_search=now,
        last_outcome=search.outcome,
        answered_by_demo=settings.OMDB_DEMO,
        is_short=False,
        total_results=progress.total if progress.total is not None else progress.found,
    )
    # A complete answer replaces the one before it.
    Hit.objects.filter(term=search.term_id).exclude(seen_by=search.uuid).delete()


def _finish_followers(search: Search) -> None:
    """End the searches that joined this one as it did; they brought no film themselves."""
    for follower in Search.objects.unfinished().filter(joined=search):
        for name in ("outcome", "message", "finished_at", "films_found", "total_results"):
            setattr(follower, name, getattr(search, name))
        follower.started_at = search.started_at
        follower.save()
        announce(search_finished, sender=Search, search=follower)
