"""What becomes of an item of a re-fill that a worker holds, and of its batch.

Each ending is one transaction: it names the lease, counts the film in its batch, and hands on to
the next item in line. A worker that lost its lease changes nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from movies.hinting import FillTask, hint_next
from movies.models import Refill, RefillItem
from movies.refill_querysets import COUNTED
from movies.signals import announce, refill_finished

NOT_MINE = "not mine"
State = RefillItem.State
Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ending:
    """An item that was claimed; `fill_item` is the task of the next one."""

    item: RefillItem
    fill_item: FillTask | None

    def end(self, state: str, *, message: str = "", changes: list[Change] | None = None) -> str:
        """Write down how the film ended; return that, or "not mine"."""
        return self._let_go(
            state, message=message, changes=changes or [], finished_at=timezone.now()
        )

    def wait(self, pause: timedelta, message: str) -> str:
        """Put the film back, for so long; `message` says why."""
        return self._let_go(State.WAITING, due_at=timezone.now() + pause, message=message)

    def wait_for_omdb(self, message: str, *, counts: bool) -> str:
        """Put the film back, behind the others; the attempt is given back unless it `counts`."""
        attempts = self.item.attempts - (not counts)
        now = timezone.now()
        return self._let_go(State.WAITING, due_at=now, message=message, attempts=attempts)

    def wait_for_budget(self) -> str:
        """Put the film back, and hold up its batch until the sweep finds the budget open."""
        # The attempt is given back: waiting is no failure.
        attempts = self.item.attempts - 1
        return self._let_go(State.WAITING, is_spent=True, attempts=attempts, message="")

    def _let_go(self, state: str, *, is_spent: bool = False, **facts: Any) -> str:
        # No savepoint inside the film's own transaction: they end together or not at all.
        with transaction.atomic(savepoint=False):
            mine = RefillItem.objects.held(self.item)
            if not mine.update(state=state, lease=None, lease_until=None, **facts):
                return NOT_MINE
            refill = Refill.objects.select_for_update().get(pk=self.item.refill_id)
            if state in COUNTED:
                setattr(refill, state, getattr(refill, state) + 1)
            if is_spent:
                refill.out_of_budget_at = refill.out_of_budget_at or timezone.now()
            goes_on = hint_next(refill, self.fill_item) if self.fill_item else False
            # Not `calls`, which other workers count meanwhile.
            refill.save(
                update_fields=[*COUNTED, "out_of_budget_at", "hinted_to", "hinted_at"],
            )
            if not goes_on:
                finish(refill)
        return str(state)


def finish(refill: Refill) -> None:
    """End a batch of which nothing is left to do; `refill` is locked."""
    # Under the lock, so that of two last items one sees the other and ends the batch.
    if refill.finished_at or refill.items.unfinished().exists():
        return
    now = timezone.now()
    # Films may have been deleted, and their items with them.
    Refill.objects.filter(pk=refill.pk).recount()
    Refill.objects.filter(pk=refill.pk).update(
        finished_at=now, paused_at=None, out_of_budget_at=None
    )
    refill.refresh_from_db()
    announce(refill_finished, sender=Refill, refill=refill)


def finish_refill(refill_id: int) -> None:
    """End a batch of which nothing is left to do; a second time changes nothing."""
    with transaction.atomic():
        finish(Refill.objects.select_for_update().get(pk=refill_id))


def cancel_open(refill_id: int) -> int:
    """Cancel the films that nobody has begun; return how many. Those under way are finished."""
    with transaction.atomic():
        refill = Refill.objects.select_for_update().get(pk=refill_id)
        cancelled = refill.items.filter(state=State.WAITING).update(
            state=State.CANCELLED, finished_at=timezone.now()
        )
        Refill.objects.filter(pk=refill_id).update(cancelled=F("cancelled") + cancelled)
        finish(refill)
    return cancelled
