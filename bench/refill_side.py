"""What runs in a process of ours that starts re-fills, and the plain loop they are held against."""

import time
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import RequestFactory
from django.utils import timezone

from bench.timing import middle, queries, timed
from movies import batches, calls, filling, services
from movies.admin.progress import progress
from movies.models import Movie, Refill, RefillItem

PATIENCE = 300.0
LOOKS = 9
LATELY = 200


def migrate() -> None:
    call_command("migrate", verbosity=0)


def lacking(films: int) -> None:
    """Have so many films that lack details, and no others."""
    RefillItem.objects.all().delete()
    Refill.objects.all().delete()
    Movie.objects.all().delete()
    rows = (Movie(imdb_id=_imdb_id(number), title=f"Film {number}") for number in range(films))
    Movie.objects.bulk_create(rows, batch_size=1000)


def plain_loop(films: int) -> float:
    """Ask OMDb about so many films, one after the other; return films a second."""
    client = calls.client()
    began = time.perf_counter()
    for number in range(films):
        client.by_imdb_id(_imdb_id(number))
    return films / (time.perf_counter() - began)


def by_batch(films: int) -> float:
    """Have workers re-fill so many films; return films a second. Raises if one is missing."""
    lacking(films)
    began = time.perf_counter()
    refill = services.refill(Movie.objects.all())
    assert refill
    while not Refill.objects.filter(pk=refill.pk, finished_at__isnull=False).exists():
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError(f"{refill} is not done")
        time.sleep(0.01)
    pace = films / (time.perf_counter() - began)
    refill.refresh_from_db()
    if (refill.changed, refill.calls) != (films, films):
        raise RuntimeError(f"{refill.changed} of {films} films changed by {refill.calls} calls")
    return pace


def statements(films: int) -> float:
    """Return how many statements one film of a re-fill takes."""
    lacking(films)
    refill = services.refill(Movie.objects.all())
    assert refill
    with queries() as found:
        for pk in refill.items.values_list("pk", flat=True):
            filling.run_item(pk)
    # The one that asked for the keys is not the films' own.
    return (len(found) - 1) / films


def watching(films: int) -> float:
    """Return the milliseconds of the statements that watch a batch of which a half is done."""
    refill = _half_done(films)
    request: Any = RequestFactory().get("/", {"state": "waiting"})
    request.user = User(is_superuser=True)
    with queries() as found:
        progress(request, Refill.objects.with_progress().get(pk=refill.pk), asked_by="bench")
    return middle([found.replay() for _ in range(LOOKS)])


def starting(films: int) -> float:
    """Return the milliseconds in which a batch is written."""
    lacking(films)
    return timed(lambda: services.refill(Movie.objects.all()))


def starting_again() -> float:
    """Return the milliseconds in which it is found that each film is under way already."""
    again: list[Refill | None] = []
    spent = timed(lambda: again.append(services.refill(Movie.objects.all())))
    assert again == [None]
    return spent


def cancelling() -> float:
    """Return the milliseconds in which what is left of the batch is cancelled."""
    refill, user = Refill.objects.get(), User.objects.get_or_create(username="bench")[0]
    return timed(lambda: batches.cancel_rest(refill, user))


def _half_done(films: int) -> Refill:
    lacking(films)
    refill = services.refill(Movie.objects.all())
    assert refill
    first = refill.items.order_by("pk")[0].pk
    hour_ago = timezone.now() - timedelta(hours=1)
    done = refill.items.filter(pk__lt=first + films // 2)
    done.update(state=RefillItem.State.CHANGED, finished_at=hour_ago)
    # As many in the last minute as two workers fill.
    done.filter(pk__gte=first + films // 2 - LATELY).update(finished_at=timezone.now())
    Refill.objects.recount()
    return refill


def _imdb_id(number: int) -> str:
    return f"tt{number + 1:07}"
