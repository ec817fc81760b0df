"""Fetch the details of one film, alone or as an item of a re-fill."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from movies import calls, holding
from movies.ending import NOT_MINE, Change, Ending
from movies.hinting import FillTask
from movies.models import Genre, Movie, Refill, RefillItem
from movies.omdb_errors import KeyRefused, LimitReached, OmdbError
from movies.omdb_records import FilmDetail
from movies.querysets import MAX_ATTEMPTS
from movies.signals import announce, movie_filled

logger = logging.getLogger(__name__)


class AnotherFilm(OmdbError):
    """The answer is about another id than was asked for; nothing of it is stored."""

    default = "OMDb answered with another film."


State = RefillItem.State
BROKE_OFF = "It broke off every time it was run."
# What of an answer is a column of the film.
FACTS = ("title", "kind", "year", "end_year", "runtime_minutes", "plot", "poster_url")
# After an error of ours; what is wrong with a database may be over by then.
BREAK_PAUSE = timedelta(minutes=1)


def fill_movie_details(
    movie: Movie,
    *,
    force: bool = False,
    refill: Refill | None = None,
    before_call: Callable[[], None] = calls.spend_for_visitor,
) -> list[Change]:
    """Store OMDb's details of `movie`; return what changed as field, before, after.

    A complete film is not fetched again unless `force`. Raises OmdbError, or OverBudget from
    `before_call`; the film is then as it was. Sends movie_filled after the commit.
    """
    if movie.is_full_record and not force:
        logger.warning("'%s' is already a full record.", movie.title)
        return []
    detail = _fetch(movie.imdb_id, before_call)
    with transaction.atomic():
        changes = _keep(movie.pk, detail, force=force, refill=refill)
    movie.refresh_from_db()
    return changes


def fill_imdb_id(imdb_id: str, before_call: Callable[[], None]) -> Movie:
    """Return the film with this id, complete; it is created if it was unknown.

    Raises OmdbError, or OverBudget from `before_call`; then nothing was stored.
    """
    known = Movie.objects.filter(imdb_id=imdb_id).first()
    if known is not None:
        fill_movie_details(known, before_call=before_call)
        return known
    detail = _fetch(imdb_id, before_call)
    with transaction.atomic():
        movie, _ = Movie.objects.get_or_create(
            imdb_id=detail.imdb_id, defaults={"title": detail.title}
        )
        _keep(movie.pk, detail, force=False, refill=None)
    movie.refresh_from_db()
    return movie


def _fetch(imdb_id: str, before_call: Callable[[], None]) -> FilmDetail:
    spending = calls.Spending(before_call)
    with spending.heard():
        detail = calls.client().by_imdb_id(imdb_id, before_call=spending)
    if int(detail.imdb_id[2:]) != int(imdb_id[2:]):
        raise AnotherFilm
    return detail


def _keep(pk: int, detail: FilmDetail, *, force: bool, refill: Refill | None) -> list[Change]:
    # Locked: of two workers that fill the same film, one stores and announces.
    movie = Movie.objects.select_for_update().get(pk=pk)
    if movie.is_full_record and not force:
        return []
    changes = _store(movie, detail)
    announce(movie_filled, sender=fill_movie_details, movie=movie, refill=refill)
    return changes


def _store(movie: Movie, detail: FilmDetail) -> list[Change]:
    genres = dict(movie.genres.values_list("name", "pk"))
    before = _facts(movie, genres)
    for name in FACTS:
        setattr(movie, name, getattr(detail, name))
    movie.is_full_record = True
    movie.filled_at = timezone.now()
    movie.save()
    _replace_genres(movie, genres, set(detail.genres))
    after = _facts(movie, detail.genres)
    return [
        {"field": name, "before": before[name], "after": after[name]}
        for name in before
        if before[name] != after[name]
    ]


def _facts(movie: Movie, genres: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(movie, name) for name in FACTS} | {"genres": sorted(set(genres))}


def _replace_genres(movie: Movie, known: dict[str, int], wanted: set[str]) -> None:
    """Add and remove what differs, inside the transaction: never a moment of none."""
    if gone := [pk for name, pk in known.items() if name not in wanted]:
        movie.genres.remove(*gone)
    if new := wanted - known.keys():
        there = dict(Genre.objects.filter(name__in=new).values_list("name", "pk"))
        # In order, so that two workers that need the same two do not wait for each other.
        missing = [Genre.objects.get_or_create(name=name)[0] for name in sorted(new - there.keys())]
        movie.genres.add(*there.values(), *missing)


def run_item(item_id: int, fill_item: FillTask | None = None) -> str:
    """Fill the film of one re-fill item; return the item's state, or "not mine".

    `fill_item` is the task that the next item of the batch is handed to.
    """
    item = RefillItem.objects.claim(item_id)
    if item is None:
        return NOT_MINE
    try:
        return _fill_item(item, Ending(item, fill_item))
    except Exception as error:
        # Said where people look for it; whoever ran it hears of it as well.
        _break_off(Ending(item, fill_item), error)
        raise


def _fill_item(item: RefillItem, ending: Ending) -> str:
    if item.attempts > MAX_ATTEMPTS:
        return ending.end(State.FAILED, message=item.message or BROKE_OFF)
    force = item.refill.include_complete
    if item.movie.is_full_record and not force:
        return ending.end(State.UNCHANGED)
    try:
        detail = _fetch(item.movie.imdb_id, partial(_spend, item.refill_id))
    except (LimitReached, calls.OverBudget):
        return ending.wait_for_budget()
    except holding.TROUBLE as error:
        return _wait_out(ending, error)
    except OmdbError as error:
        return ending.end(State.FAILED, message=error.message)
    with transaction.atomic():
        # One transaction: what changed in the film is never lost to the item.
        changes = _keep(item.movie.pk, detail, force=force, refill=item.refill)
        state = ending.end(State.CHANGED if changes else State.UNCHANGED, changes=changes)
        if state == NOT_MINE:
            # Whoever holds the item now stores the film, and says what changed in it.
            transaction.set_rollback(True)
    return state


def _wait_out(ending: Ending, error: OmdbError) -> str:
    """Put the film back, and hold all re-fills up."""
    is_new = holding.hold(error)
    # Only then it may be OMDb's trouble with this very film: it had answered about others since,
    # or there is no other, and it would be asked for without end.
    is_its_own = is_new or not RefillItem.objects.under_way().exclude(pk=ending.item.pk).exists()
    counts = is_its_own and not isinstance(error, KeyRefused)
    if counts and ending.item.attempts == MAX_ATTEMPTS:
        return ending.end(State.FAILED, message=error.message)
    return ending.wait_for_omdb(error.message, counts=counts)


def _spend(refill_id: int) -> None:
    if settings.OMDB_DEMO:
        return
    with transaction.atomic():
        # Together, so that a call is counted though its worker dies. First the batch, for whose row
        # it may have to wait, and nobody else with it: visitors wait for that of the OMDb day.
        Refill.objects.filter(pk=refill_id).update(calls=F("calls") + 1)
        calls.spend_for_refill()


def _break_off(ending: Ending, error: Exception) -> None:
    words = f"It broke off: {type(error).__name__}."
    if ending.item.attempts < MAX_ATTEMPTS:
        ending.wait(BREAK_PAUSE * ending.item.attempts, words)
    else:
        ending.end(State.FAILED, message=words)
