"""What can be asked of re-fills: what one costs, to start it, and to try again what failed."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from movies import calls, tasks
from movies.hinting import hint
from movies.models import Movie, Refill, RefillItem

logger = logging.getLogger(__name__)

State = RefillItem.State
BATCH = 1000


@dataclass(frozen=True, slots=True)
class RefillCost:
    """What a re-fill of some films would take of today's OMDb calls."""

    films: int
    incomplete: int
    budget: calls.Budget

    @property
    def complete(self) -> int:
        return self.films - self.incomplete

    def fit_today(self, wanted: int) -> int:
        return min(wanted, self.budget.left_for_refills)


def refill_cost(pks: Iterable[int]) -> RefillCost:
    """Return what re-filling the films with these keys would cost, one call a film."""
    chosen = Movie.objects.filter(pk__in=list(pks))
    return RefillCost(
        films=chosen.count(), incomplete=chosen.incomplete().count(), budget=calls.budget()
    )


def refill(
    pks: Iterable[int],
    *,
    user: User | None = None,
    reason: str = "",
    include_complete: bool = False,
) -> Refill | None:
    """Write a Refill of these films and start it; return None when nothing is to be done."""
    chosen = Movie.objects.filter(pk__in=list(pks))
    if not include_complete:
        chosen = chosen.incomplete()
    with transaction.atomic():
        movie_pks = list(chosen.order_by("pk").values_list("pk", flat=True))
        if not movie_pks:
            return None
        batch = Refill.objects.create(
            reason=reason[:200],
            requested_by=user,
            include_complete=include_complete,
            films=len(movie_pks),
        )
        RefillItem.objects.bulk_create(
            [RefillItem(refill=batch, movie_id=pk) for pk in movie_pks], batch_size=BATCH
        )
        hint(batch.pk, tasks.fill_refill_item)
    return batch


def retry_items(pks: Iterable[int], *, user: User | None) -> int:
    """Put films that failed back in line, and reopen their re-fills; return how many.

    Others are left alone: somebody was first, or the film was filled since. The caller audits.
    """
    retried = sum(_retry(keys) for keys in batched(pks, BATCH))
    logger.info("%d films of re-fills are tried again, for %s", retried, user or "nobody")
    return retried


def _retry(keys: tuple[int, ...]) -> int:
    refills = RefillItem.objects.filter(pk__in=keys).order_by().values_list("refill", flat=True)
    return sum(_reopen(refill_id, keys) for refill_id in refills.distinct())


def _reopen(refill_id: int, keys: tuple[int, ...]) -> int:
    with transaction.atomic():
        refill = Refill.objects.select_for_update().get(pk=refill_id)
        # Under the lock: of two who ask for it at once one puts them back.
        failed = refill.items.filter(pk__in=keys, state=State.FAILED)
        retried = failed.update(
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
            hint(refill.pk, tasks.fill_refill_item)
    return retried
