"""Fetch the details of one film, alone or as an item of a re-fill."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from movies import calls
from movies.models import Genre, Movie, Refill, RefillItem
from movies.omdb_errors import LimitReached, OmdbError, Unavailable
from movies.omdb_records import FilmDetail
from movies.querysets import MAX_ATTEMPTS
from movies.signals import announce, movie_filled, refill_finished

logger = logging.getLogger(__name__)


class AnotherFilm(OmdbError):
    """The answer is about another id than was asked for; nothing of it is stored."""

    default = "OMDb answered with another film."


State = RefillItem.State
NOT_MINE = "not mine"
BROKE_OFF = "It broke off every time it was run."
# While OMDb itself is away; longer each time.
OUTAGE_PAUSE = timedelta(minutes=5)
Change = dict[str, Any]


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
    movie = Movie.objects.select_for_update().get(pk=pk)
    # Guarded: of two workers that fill the same film, one stores and announces.
    first = Movie.objects.incomplete().filter(pk=pk).update(is_full_record=True)
    if not first and not force:
        return []
    changes = _store(movie, detail, timezone.now())
    announce(movie_filled, sender=fill_movie_details, movie=movie, refill=refill)
    return changes


def _store(movie: Movie, detail: FilmDetail, now: datetime) -> list[Change]:
    before = _facts(movie)
    movie.title = detail.title
    movie.kind = detail.kind
    movie.year = detail.year
    movie.end_year = detail.end_year
    movie.runtime_minutes = detail.runtime_minutes
    movie.plot = detail.plot
    movie.poster_url = detail.poster_url
    movie.is_full_record = True
    movie.filled_at = now
    movie.save()
    # set() removes and adds what differs, inside the transaction: never a moment of none.
    movie.genres.set([Genre.objects.get_or_create(name=name)[0] for name in sorted(detail.genres)])
    after = _facts(movie)
    return [
        {"field": name, "before": before[name], "after": after[name]}
        for name in before
        if before[name] != after[name]
    ]


def _facts(movie: Movie) -> dict[str, Any]:
    names = ("title", "kind", "year", "end_year", "runtime_minutes", "plot", "poster_url")
    facts = {name: getattr(movie, name) for name in names}
    return facts | {"genres": sorted(movie.genres.values_list("name", flat=True))}


def run_item(item_id: int) -> str:
    """Fill the film of one re-fill item; return the item's state, or "not mine"."""
    item = RefillItem.objects.claim(item_id)
    if item is None:
        return NOT_MINE
    if item.attempts > MAX_ATTEMPTS:
        return _finish(item, State.FAILED, message=BROKE_OFF)
    force = item.refill.include_complete
    if item.movie.is_full_record and not force:
        return _finish(item, State.UNCHANGED)
    try:
        detail = _fetch(item.movie.imdb_id, calls.spend_for_refill)
    except (LimitReached, calls.OverBudget):
        # The attempt is given back: waiting is no failure.
        return _wait(item, calls.budget().refills_open_at, attempts=item.attempts - 1, message="")
    except OmdbError as error:
        if isinstance(error, Unavailable) and item.attempts < MAX_ATTEMPTS:
            return _wait(item, timezone.now() + OUTAGE_PAUSE * item.attempts, message=error.message)
        return _finish(item, State.FAILED, message=error.message)
    with transaction.atomic():
        # One transaction: what changed in the film is never lost to the item.
        changes = _keep(item.movie.pk, detail, force=force, refill=item.refill)
        return _finish(item, State.CHANGED if changes else State.UNCHANGED, changes=changes)


def _wait(item: RefillItem, until: datetime, **facts: Any) -> str:
    waits = {"state": State.WAITING, "due_at": until, "lease": None, "lease_until": None}
    RefillItem.objects.held(item).update(**waits, **facts)
    return str(State.WAITING)


def _finish(
    item: RefillItem, state: str, *, message: str = "", changes: list[Change] | None = None
) -> str:
    with transaction.atomic():
        finished = RefillItem.objects.held(item).update(
            state=state,
            message=message,
            changes=changes or [],
            finished_at=timezone.now(),
            lease=None,
            lease_until=None,
        )
        if not finished:
            return NOT_MINE
        finish_refill(item.refill_id)
    return str(state)


def finish_refill(refill_id: int) -> None:
    """End a re-fill of which nothing is left to do; a second time changes nothing."""
    with transaction.atomic():
        # Under a lock, so that of two last items one sees the other and ends the batch.
        refill = Refill.objects.select_for_update().get(pk=refill_id)
        if refill.finished_at or refill.items.unfinished().exists():
            return
        refill.finished_at = timezone.now()
        refill.save(update_fields=["finished_at"])
        announce(refill_finished, sender=Refill, refill=refill)
