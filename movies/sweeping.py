"""Find the work whose message or worker was lost: the rows are the promise, not the queue."""

from typing import Any

from celery import Task

from movies.filling import finish_refill
from movies.models import Refill, RefillItem, Search
from movies.querysets import RefillItemQuerySet, SearchQuerySet
from movies.queueing import enqueue, waiting

# As many as a sweep's interval can work off; the next sweep goes on.
BATCH = 200


def sweep(run_search: "Task[Any, Any]", fill_refill_item: "Task[Any, Any]") -> str:
    """Publish again what nobody holds; return how many searches and re-fill items."""
    for refill in Refill.objects.unfinished().without_open_items():
        # Its last open film was deleted, and no item is left that could end it.
        finish_refill(refill.pk)
    searches = _hint(run_search, "interactive", Search.objects.abandoned())
    items = _hint(fill_refill_item, "bulk", RefillItem.objects.abandoned())
    return f"{searches} searches, {items} re-fill items"


def _hint(
    task: "Task[Any, Any]", queue: str, abandoned: SearchQuerySet | RefillItemQuerySet
) -> int:
    # While messages wait, the workers are behind, and a second message for the same row
    # would only make the queue longer.
    pks = list(abandoned.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not pks or waiting(queue):
        return 0
    return sum(enqueue(task, pk) for pk in pks)
