"""What can be asked of re-fills: what one costs, to start it, hold it, end it, try it again."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from movies import calls, tasks
from movies.ending import cancel_open
from movies.formats import counted
from movies.hinting import hint
from movies.holding import release
from movies.locks import lock
from movies.models import Movie, Refill, RefillItem
from movies.querysets import MovieQuerySet

logger = logging.getLogger(__name__)

State = RefillItem.State
BATCH = 1000
# Films of one re-fill: what a database writes in a second or a few.
MOST = 100_000
# Keys; or, of very many films, the question that finds them.
type Films = Iterable[int] | MovieQuerySet
# How the log says what somebody did to a re-fill: the first word of its line.
PAUSED, RESUMED, CANCELLED, RETRIED = "Paused", "Resumed", "Cancelled", "Retried"


@dataclass(frozen=True, slots=True)
class RefillCost:
    """What a re-fill of some films would take of today's OMDb calls."""

    films: int
    incomplete: int
    budget: calls.Budget
    # What of it is left for one more re-fill.
    room: int
    # Another re-fill fetches these by itself.
    under_way: int = 0
    # More than one re-fill holds.
    left_out: int = 0

    @property
    def complete(self) -> int:
        return self.films - self.incomplete

    def fit_today(self, wanted: int) -> int:
        return min(wanted, self.room)


def room(budget: calls.Budget) -> int:
    """Return how many calls are left for one more re-fill.

    That is without the visitors' share and what those that run are still to take.
    """
    taken = sum(refill.open for refill in Refill.objects.running())
    return max(0, budget.left_for_refills - taken)


def refill_cost(films: Films) -> RefillCost:
    """Return what re-filling these films would cost, one call a film."""
    chosen = _chosen(films)
    free = chosen.not_under_way()
    found = free.count()
    budget = calls.budget()
    return RefillCost(
        films=min(found, MOST),
        incomplete=min(free.incomplete().count(), MOST),
        budget=budget,
        room=room(budget),
        under_way=chosen.count() - found,
        left_out=max(0, found - MOST),
    )


def retry_cost(refill: Refill) -> RefillCost:
    """Return what trying the films of a re-fill again that failed would cost."""
    failed = refill.items.filter(state=State.FAILED)
    free = failed.of_free_films().count()
    budget = calls.budget()
    return RefillCost(free, free, budget, room(budget), under_way=failed.count() - free)


def refill(
    films: Films,
    *,
    user: User | None = None,
    reason: str = "",
    include_complete: bool = False,
) -> Refill | None:
    """Write a Refill of these films and start it; return None when nothing is to be done.

    Films that another re-fill is to fetch are left to it. Of more than MOST films those that we
    have known longest are taken.
    """
    chosen = _chosen(films)
    if not include_complete:
        chosen = chosen.incomplete()
    with transaction.atomic():
        # Two choices may share a few films: whoever begins later finds those of the first taken.
        lock("re-fills")
        free = chosen.not_under_way()
        if not free.exists():
            return None
        batch = Refill.objects.create(
            reason=reason[:200], requested_by=user, include_complete=include_complete
        )
        batch.films = RefillItem.objects.add(batch, free.order_by("pk")[:MOST])
        batch.save(update_fields=["films"])
        hint(batch.pk, tasks.fill_refill_item)
    return batch


def _chosen(films: Films) -> MovieQuerySet:
    if isinstance(films, MovieQuerySet):
        return films
    return Movie.objects.filter(pk__in=list(films))


def started_before(films: Films) -> Refill | None:
    """Return the newest re-fill that is to fetch one of these films, if there is one."""
    items = RefillItem.objects.under_way().filter(movie__in=_chosen(films).values("pk"))
    newest = items.select_related("refill__requested_by").order_by("-refill").first()
    return newest.refill if newest else None


def retry_items(pks: Iterable[int], *, user: User | None) -> int:
    """Put films that failed back in line, and reopen their re-fills; return how many.

    Others are left alone: somebody was first, the film was filled since, or another re-fill is to
    fetch it. The caller audits.
    """
    retried = sum(_retry(keys) for keys in batched(pks, BATCH))
    logger.info("%d films of re-fills are tried again, for %s", retried, user or "nobody")
    return retried


def _retry(keys: tuple[int, ...]) -> int:
    refills = RefillItem.objects.filter(pk__in=keys).order_by().values_list("refill", flat=True)
    chosen = Q(pk__in=keys)
    return sum(_reopen(refill_id, chosen) for refill_id in refills.distinct())


def _reopen(refill_id: int, chosen: Q) -> int:
    with transaction.atomic():
        lock("re-fills")
        refill = Refill.objects.select_for_update().get(pk=refill_id)
        # Under the locks: of two who ask for it at once one puts them back.
        failed = refill.items.filter(chosen, state=State.FAILED)
        retried = failed.of_free_films().update(
            state=State.WAITING,
            due_at=timezone.now(),
            finished_at=None,
            attempts=0,
            message="",
        )
        if retried:
            refill.failed -= retried
            # A cancelled one goes on for these alone: those it did not begin stay cancelled.
            refill.finished_at = refill.cancelled_at = None
            refill.save(update_fields=["failed", "finished_at", "cancelled_at"])
            release()
            hint(refill.pk, tasks.fill_refill_item)
    return retried


def retry_failed(refill: Refill, user: User) -> int:
    """Put all films of a re-fill that failed back in line, and say so in the log; return how many.

    Others may have failed since the caller last looked.
    """
    with transaction.atomic():
        retried = _reopen(refill.pk, Q())
        if retried:
            _log(refill, user, f"{RETRIED} {counted(retried, 'film')}.")
    return retried


def pause(refill: Refill, user: User) -> bool:
    """Let no further film be begun; return False if it was paused or over already."""
    with transaction.atomic():
        paused = Refill.objects.running().filter(pk=refill.pk).update(paused_at=timezone.now())
        if paused:
            _log(refill, user, f"{PAUSED}.")
    return bool(paused)


def resume(refill: Refill, user: User) -> bool:
    """Let it go on, and ask OMDb again if it was away; return False if nothing held it up."""
    this = Refill.objects.filter(pk=refill.pk)
    with transaction.atomic():
        resumed = this.filter(paused_at__isnull=False).update(paused_at=None)
        if this.running().exists():
            resumed += release()
        if resumed:
            _log(refill, user, f"{RESUMED}.")
            hint(refill.pk, tasks.fill_refill_item)
    return bool(resumed)


def cancel_rest(refill: Refill, user: User) -> int:
    """Cancel the films that nobody has begun; return how many. What was done stays done."""
    with transaction.atomic():
        # The lock of the batch: whoever comes second finds nothing left.
        locked = Refill.objects.select_for_update().get(pk=refill.pk)
        if locked.cancelled_at or not locked.items.filter(state=State.WAITING).exists():
            return 0
        locked.cancelled_at = timezone.now()
        locked.save(update_fields=["cancelled_at"])
        cancelled = cancel_open(refill.pk)
        _log(refill, user, f"{CANCELLED} {counted(cancelled, 'film')}.")
    return cancelled


def _log(refill: Refill, user: User, words: str) -> None:
    LogEntry.objects.log_actions(user.pk, [refill], CHANGE, words, single_object=True)
