"""Tell workers which items of a re-fill to fill: a few at a time, whatever its size.

A batch has as many messages under way as workers could want. Each item that ends sends the one
for the next, so that a batch goes as fast as OMDb answers, and Redis never holds a hundred
thousand messages. Messages that are lost, or die on a batch that was paused, are made up for by
the sweep: they are hints, and a second one for the same item finds nothing to do.
"""

from typing import Any

from celery import Task
from django.db import transaction
from django.utils import timezone

from movies.models import Refill, RefillItem
from movies.queueing import enqueue_on_commit

# More than the processes that fill films, of an ordinary site; on a larger one the sweep finds
# the queue empty, and adds as many.
WINDOW = 32

type FillTask = Task[Any, Any]


def hint(refill_id: int, fill_item: FillTask, at_most: int = WINDOW) -> int:
    """Publish the first items in line, after the commit; return how many.

    Begins the line anew: what was hinted before and is still waiting is hinted again.
    """
    with transaction.atomic():
        refill = Refill.objects.select_for_update().get(pk=refill_id)
        line = RefillItem.objects.in_line(refill)[:at_most]
        pks = [] if refill.is_held_up else [item.pk for item in line]
        for pk in pks:
            enqueue_on_commit(fill_item, pk)
        refill.hinted_to = pks[-1] if pks else 0
        refill.hinted_at = timezone.now()
        refill.save(update_fields=["hinted_to", "hinted_at"])
    return len(pks)


def hint_next(refill: Refill, fill_item: FillTask) -> bool:
    """Publish the item after the last one hinted; return whether there is one.

    `refill` is locked, and is not saved. Whoever ended an item calls it once, so that messages
    become neither more nor fewer.
    """
    line = RefillItem.objects.in_line(refill).filter(pk__gt=refill.hinted_to)
    following = None if refill.is_held_up else line[:1].first()
    if following is None:
        return False
    enqueue_on_commit(fill_item, following.pk)
    refill.hinted_to = following.pk
    refill.hinted_at = timezone.now()
    return True
