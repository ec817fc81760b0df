"""The questions that are asked of notifications, and the claim on their delivery."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

if TYPE_CHECKING:
    from notifications.models import Notification

# Longer than a mail server that answers each step just in time (EMAIL_TIMEOUT) can take: ten
# steps, and one more for each admin.
LEASE = timedelta(seconds=300)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def due(self) -> "NotificationQuerySet":
        return self.filter(state="queued", next_attempt_at__lte=timezone.now())

    def stuck(self) -> "NotificationQuerySet":
        """Return those whose worker is gone: being sent, but nobody holds the lease."""
        return self.filter(state="sending", lease_until__lt=timezone.now())

    def needs_review(self) -> "NotificationQuerySet":
        return self.filter(state="failed", reviewed_at=None)

    def prunable(self, before: datetime) -> "NotificationQuerySet":
        """Return what is over and was written before `before`; no failure that nobody saw."""
        over = Q(state__in=("sent", "suppressed")) | Q(state="failed", reviewed_at__isnull=False)
        return self.filter(over, created_at__lt=before)

    def about(self, thing: models.Model) -> "NotificationQuerySet":
        kind_of_thing = ContentType.objects.get_for_model(thing)
        return self.filter(content_type=kind_of_thing, object_id=thing.pk)

    def counts_by_state(self) -> dict[str, int]:
        """Return how many notifications each state has; a state without any is absent."""
        counts = self.order_by().values_list("state").annotate(Count("pk"))
        return dict(counts)

    def claim(self, pk: int) -> "Notification | None":
        """Take a due notification for sending; return it, or None if it is not to be had.

        The attempt is written down with the claim: a worker that dies leaves a trace of it.
        """
        now = timezone.now()
        with transaction.atomic(using=self.db):
            claimed = (
                self.due()
                .filter(pk=pk)
                .update(
                    state="sending",
                    reason="",
                    lease=uuid.uuid4(),
                    lease_until=now + LEASE,
                    # In SQL, so that two workers cannot both count the same attempt.
                    attempts=F("attempts") + 1,
                )
            )
            if not claimed:
                return None
            notification = self.get(pk=pk)
            # Not `attempts`: that starts again at 1 when staff ask for another try.
            number = notification.attempt_log.count() + 1
            notification.attempt_log.create(number=number, started_at=now)
        return notification

    def held(self, notification: "Notification") -> "NotificationQuerySet":
        """Return the row of `notification` if the lease it was claimed with still counts."""
        return self.filter(pk=notification.pk, state="sending", lease=notification.lease)
