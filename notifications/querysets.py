"""The questions that are asked of notifications, the moves between states, and the claim."""

import os
import socket
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Now
from django.utils import timezone

from notifications import sites
from notifications.statements import Update, execute
from notifications.states import ARROWS, NEEDS_REVIEW, OPEN, Phase, State

if TYPE_CHECKING:
    from notifications.models import Notification

# Longer than a mail server that answers each step just in time (EMAIL_TIMEOUT) can take: ten
# steps, and one more for each admin.
LEASE = timedelta(seconds=300)
# Alternatives, not a list: of a list SQLite does not see that its partial index says the same.
UNSEEN = Q(reduce(or_, (Q(state=state) for state in NEEDS_REVIEW)), reviewed_at=None)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def due(self) -> "NotificationQuerySet":
        """Return what its kind's policy lets go and whose time has come."""
        return self.filter(_due())

    def not_due(self) -> "NotificationQuerySet":
        return self.exclude(_due())

    def unsorted(self) -> "NotificationQuerySet":
        """Return those that no policy was asked about yet."""
        return self.filter(state=State.QUEUED, passed_at=None)

    def expired(self) -> "NotificationQuerySet":
        return self.filter(state=State.QUEUED, expires_at__lte=timezone.now())

    def stuck(self) -> "NotificationQuerySet":
        """Return those whose worker is gone: being sent, but nobody holds the lease."""
        return self.filter(state=State.SENDING, lease_until__lt=self.clock())

    def needs_review(self) -> "NotificationQuerySet":
        return self.filter(UNSEEN)

    def prunable(self, before: datetime) -> "NotificationQuerySet":
        """Return what is over and was written before `before`; no failure that nobody saw."""
        return self.filter(created_at__lt=before).exclude(UNSEEN).exclude(state__in=OPEN)

    def about(self, thing: models.Model) -> "NotificationQuerySet":
        kind_of_thing = ContentType.objects.get_for_model(thing)
        return self.filter(content_type=kind_of_thing, object_id=thing.pk)

    def with_text(self) -> "NotificationQuerySet":
        """Return those that can still be mailed: retention removes the texts of old ones."""
        return self.exclude(text="", html="")

    def without_bodies(self) -> "NotificationQuerySet":
        """Leave out what makes up most of the table and no list shows."""
        return self.defer("text", "html")

    def counts_by_state(self) -> dict[str, int]:
        """Return how many notifications each state has; a state without any is absent."""
        counts = self.order_by().values_list("state").annotate(Count("pk"))
        return dict(counts)

    def clock(self) -> Any:
        """Return the moment by which leases are told: the database's, where hosts share one."""
        return Now() if connections[self.db].vendor == "postgresql" else timezone.now()

    def move(self, to: State, *, leaving: Iterable[State], **changes: Any) -> int:
        """Move those of these rows that are in one of the states; return how many it were.

        One UPDATE, so that whoever else moves a row does it before or after. Raises ValueError
        for a way that ARROWS does not know.
        """
        leaving = list(leaving)
        changes = _checked(to, leaving, changes)
        return self.filter(state__in=leaving).update(**changes)

    def claim(self, pk: int) -> "Notification | None":
        """Take one due notification and begin with it; None if it is not to be had."""
        claimed = self._claim(self.filter(pk=pk), Phase.CONNECT)
        return claimed[0] if claimed else None

    def claim_due(self, most: int) -> "list[Notification]":
        """Take up to so many that are due, the longest due first; each has yet to be begun."""
        first = self.due().order_by("next_attempt_at", "pk")
        with transaction.atomic(using=self.db):
            # Two relays take other rows; SQLite, which cannot skip, has one writer anyway.
            keys = first.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most]
            return self._claim(self.model._default_manager.filter(pk__in=list(keys)), Phase.CLAIMED)

    def _claim(self, rows: "NotificationQuerySet", phase: Phase) -> "list[Notification]":
        """Take those of `rows` that are due, and write their attempts down in the same commit."""
        lease, now = uuid.uuid4(), timezone.now()
        attempt = self.model._meta.get_field("attempt_log").related_model
        with transaction.atomic(using=self.db):
            taken = rows.due().move(
                State.SENDING,
                leaving=[State.QUEUED],
                reason="",
                lease=lease,
                lease_until=self.clock() + LEASE,
                phase=phase,
                # In SQL, so that two workers cannot both count the same attempt.
                attempts=F("attempts") + 1,
                tries=F("tries") + 1,
            )
            if not taken:
                return []
            claimed = list(
                rows.filter(state=State.SENDING, lease=lease).order_by("next_attempt_at", "pk")
            )
            attempt._default_manager.bulk_create(
                attempt(notification=row, number=row.tries, started_at=now, worker=_worker())
                for row in claimed
            )
        return claimed

    def held(self, notification: "Notification") -> "NotificationQuerySet":
        """Return the row of `notification` if the lease it was claimed with still counts."""
        return self.filter(pk=notification.pk, state=State.SENDING, lease=notification.lease)

    def reach(self, notification: "Notification", phase: Phase) -> bool:
        """Note how far a mail has come, and lease it anew; False if somebody else has it now."""
        [changed] = execute([self.reaching(notification, phase)], self.db)
        return bool(changed)

    def reaching(self, notification: "Notification", phase: Phase) -> Update:
        """Return the update that `reach` makes."""
        return self._of_held(notification, {"phase": phase, "lease_until": LEASE})

    def leaving(self, notification: "Notification", to: State, **changes: Any) -> Update:
        """Return the update that moves a row which is being sent, if its lease still counts."""
        return self._of_held(notification, _checked(to, [State.SENDING], changes))

    def _of_held(self, notification: "Notification", changes: dict[str, Any]) -> Update:
        held = {"id": notification.pk, "state": State.SENDING, "lease": notification.lease}
        return Update(self.model, held, changes)


def _checked(to: State, leaving: Iterable[State], changes: dict[str, Any]) -> dict[str, Any]:
    """Return all columns that change on the way; raise ValueError if there is no such way."""
    if unknown := [state for state in leaving if to not in ARROWS[state]]:
        raise ValueError(f"There is no way from {', '.join(unknown)} to {to}.")
    if to != State.SENDING:
        changes |= {"lease": None, "lease_until": None, "phase": Phase.CLAIMED}
    return changes | {"state": to}


def _due() -> Q:
    # What another site wrote is not to be mailed from here, whatever has become of it there.
    ours = Q(state=State.QUEUED, passed_at__isnull=False, site=sites.name())
    return ours & Q(next_attempt_at__lte=timezone.now())


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:100]
