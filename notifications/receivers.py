"""What notifications hears; nothing it does may stop a search, a fill or a task."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from celery.signals import task_failure
from django.db.models.signals import post_save
from django.utils import timezone

from movies.models import Movie, Origin, Outcome, Refill, Search, SearchTerm
from movies.signals import movie_filled, refill_finished, search_finished
from notifications import announcing, kinds
from notifications.refusals import fit_to_store
from notifications.services import notify

logger = logging.getLogger(__name__)
OWN_TASKS = "notifications."
# By dispatch_uid: the kind of notification that a receiver writes.
LEADS_TO = {
    "announce_new_term": kinds.NEW_SEARCH_TERM,
    "note_filled": kinds.MOVIE_FILLED,
    "announce_refill": kinds.REFILL_FINISHED,
    "announce_refusal": kinds.OMDB_REFUSED,
    "announce_failed_task": kinds.TASK_FAILED,
}
TELLING = (Outcome.REFUSED, Outcome.OVER_BUDGET)


def never_vetoes(receiver: Callable[..., None]) -> Callable[..., None]:
    """Log what `receiver` raises: an exception here would take the saved row along."""

    @functools.wraps(receiver)
    def guarded(**facts: object) -> None:
        try:
            receiver(**facts)
        except Exception:
            logger.exception("%s wrote no notification", receiver.__name__)

    return guarded


@never_vetoes
def announce_new_term(
    instance: SearchTerm, created: bool, raw: bool = False, **facts: object
) -> None:
    if created and not raw and instance.origin != Origin.IMPORT:
        notify(announcing.new_term(instance))


@never_vetoes
def note_filled(movie: Movie, **facts: object) -> None:
    notify(announcing.filled(movie))


@never_vetoes
def announce_refill(refill: Refill, **facts: object) -> None:
    notify(announcing.finished(refill))


@never_vetoes
def announce_refusal(search: Search, **facts: object) -> None:
    if search.outcome in TELLING:
        notify(announcing.refusal(search))


@never_vetoes
def announce_failed_task(sender: Any = None, exception: Any = None, **facts: object) -> None:
    name = getattr(sender, "name", "") or "a task"
    # A mail about mail that fails would fail as well, and again.
    if not name.startswith(OWN_TASKS):
        error = type(exception).__name__
        words = fit_to_store(str(exception))
        notify(announcing.failed_task(name, error, words, timezone.now()))


def connect() -> None:
    post_save.connect(announce_new_term, sender=SearchTerm, dispatch_uid="announce_new_term")
    movie_filled.connect(note_filled, dispatch_uid="note_filled")
    refill_finished.connect(announce_refill, dispatch_uid="announce_refill")
    search_finished.connect(announce_refusal, dispatch_uid="announce_refusal")
    task_failure.connect(announce_failed_task, dispatch_uid="announce_failed_task")
