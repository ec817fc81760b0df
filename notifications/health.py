"""Whether what runs by itself still runs, and whether mail goes: what the System page says."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from notifications.models import Heartbeat, MailServer, Notification

RELAY = "relay"
RECONCILER = "reconciler"


def beat(name: str, at: datetime | None = None, **info: Any) -> None:
    """Write down that something ran, now or `at` another time, and what it did."""
    facts = {"at": at or timezone.now(), "info": info}
    Heartbeat.objects.update_or_create(name=name, defaults=facts)


def last_beat(name: str) -> datetime | None:
    """Return when something last ran, or None if it never did."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def last_relayed() -> datetime | None:
    """Return when the relay last ran; one that never did is silent since the oldest waits for it.

    None if it never ran and nothing waits.
    """
    return last_beat(RELAY) or _oldest_unsorted()


def refusing_server() -> MailServer | None:
    """Return the mail server if it refuses everybody."""
    return MailServer.objects.filter(refused_since__isnull=False).first()


def _oldest_unsorted() -> datetime | None:
    oldest = Notification.objects.unsorted().order_by("pk")
    return oldest.values_list("created_at", flat=True).first()
