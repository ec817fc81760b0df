"""What waits: messages in the broker's queues, and the rows that they are about."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from movies import queueing
from movies.models import Refill, Search
from notifications.models import Notification

UNACKED = "unacked"


@dataclass(frozen=True, slots=True)
class Oldest:
    """Since when the oldest of each has waited for a worker; None where nothing waits.

    What waits for its time, for OMDb's day or for a person does not wait for a worker.
    """

    search: datetime | None
    mail: datetime | None
    item: datetime | None


def depths() -> dict[str, int] | None:
    """Return the messages in each queue and those `unacked`; None when the broker is away.

    Costs at most half a second.
    """
    return queueing.lengths(queue.name for queue in settings.CELERY_TASK_QUEUES)


def oldest(now: datetime) -> Oldest:
    """Return since when the oldest search, mail and film of a re-fill have waited."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    searches = Search.objects.unfinished().filter(free, joined=None).order_by("pk")
    mails = Notification.objects.due().order_by("next_attempt_at", "pk")
    return Oldest(
        search=searches.values_list("created_at", flat=True).first(),
        mail=mails.values_list("next_attempt_at", flat=True).first(),
        item=Refill.objects.workable().waiting_since(now),
    )
