"""What retention removes: first the texts, a year later the rows, never an unseen failure."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from notifications.models import Notification
from notifications.querysets import NotificationQuerySet

KEPT_FOR = timedelta(days=365)
BODIES_KEPT_FOR = timedelta(days=45)
BATCH = 1000


def prune(now: datetime) -> dict[str, int]:
    """Remove texts and rows in batches; return how many of each.

    What still waits, and a failure that nobody has reviewed, keeps both however old it is.
    """
    # Rows first: of those that go, no text is counted.
    rows = _each(Notification.objects.prunable(now - KEPT_FOR), lambda old: old.delete())
    with_body = Notification.objects.exclude(text="", html="").prunable(now - BODIES_KEPT_FOR)
    texts = _each(with_body, lambda old: old.update(text="", html=""))
    return {"notifications": rows, "texts of notifications": texts}


def _each(rows: NotificationQuerySet, do: Callable[[NotificationQuerySet], object]) -> int:
    done = 0
    while batch := _batch(rows, do):
        done += batch
    return done


def _batch(rows: NotificationQuerySet, do: Callable[[NotificationQuerySet], object]) -> int:
    # Locked, so that none is queued again between the choice and the removal.
    with transaction.atomic():
        oldest = rows.order_by("created_at", "pk").select_for_update()
        pks = list(oldest.values_list("pk", flat=True)[:BATCH])
        do(Notification.objects.filter(pk__in=pks))
    return len(pks)
