"""Find the work whose message or worker was lost: the rows are the promise, not the queue."""

from datetime import timedelta
from typing import Any

from celery import Task
from django.db.models import F, Q
from django.utils import timezone

from movies import calls
from movies.ending import cancel_open, finish_refill
from movies.hinting import hint
from movies.models import Refill, RefillHold, RefillItem, Search
from movies.queueing import enqueue, waiting

# As many as a sweep's interval can work off; the next sweep goes on.
BATCH = 200
REFILLS = 20
# A re-fill that was told no worker for so long has lost its messages, however long the queue.
SILENCE = timedelta(seconds=60)


def sweep(run_search: "Task[Any, Any]", fill_item: "Task[Any, Any]") -> str:
    """Publish again what nobody holds; return how many searches and re-fill items."""
    searches = _hint_searches(run_search)
    _take_back()
    _tidy_up()
    items = _hint_refills(fill_item)
    return f"{searches} searches, {items} re-fill items"


def _hint_searches(run_search: "Task[Any, Any]") -> int:
    # While messages wait, the workers are behind, and a second message for the same row
    # would only make the queue longer.
    abandoned = Search.objects.abandoned().order_by("pk")
    pks = list(abandoned.values_list("pk", flat=True)[:BATCH])
    if not pks or waiting("interactive"):
        return 0
    return sum(enqueue(run_search, pk) for pk in pks)


def _take_back() -> None:
    """Put back what a dead worker held: nobody shows it as running."""
    RefillItem.objects.filter(refill__in=Refill.objects.unfinished()).given_up().update(
        state=RefillItem.State.WAITING, lease=None, lease_until=None
    )


def _tidy_up() -> None:
    """End what is left of cancelled re-fills, and those whose last open film was deleted."""
    unfinished = Refill.objects.unfinished()
    for refill in unfinished.filter(cancelled_at__isnull=False):
        # A film that was put back while its re-fill was being cancelled.
        cancel_open(refill.pk)
    for refill in unfinished.without_open_items():
        finish_refill(refill.pk)


def _hint_refills(fill_item: "Task[Any, Any]") -> int:
    if calls.may_refill():
        Refill.objects.filter(out_of_budget_at__isnull=False).update(out_of_budget_at=None)
    refills = Refill.objects.workable()
    if waiting("bulk"):
        refills = refills.filter(Q(hinted_at=None) | Q(hinted_at__lt=timezone.now() - SILENCE))
    longest_silent_first = refills.order_by(F("hinted_at").asc(nulls_first=True), "pk")
    if RefillHold.objects.exists():
        # A pause is over, and OMDb may still be away: one film asks before all do.
        lately = timezone.now() - SILENCE
        asks = Refill.objects.workable().filter(hinted_at__gte=lately).exists()
        first = longest_silent_first.first()
        return hint(first.pk, fill_item, at_most=1) if first and not asks else 0
    return sum(hint(refill.pk, fill_item) for refill in longest_silent_first[:REFILLS])
