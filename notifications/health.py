"""Whether what runs by itself still runs, and whether mail goes: what the banner says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Value
from django.utils import timezone

from notifications.models import Heartbeat, MailServer, Notification

RELAY = "relay"
RECONCILER = "reconciler"
SILENT_AFTER = timedelta(minutes=2)


def beat(name: str, at: datetime | None = None, **info: Any) -> None:
    """Write down that something ran, now or `at` another time, and what it did."""
    facts = {"at": at or timezone.now(), "info": info}
    Heartbeat.objects.update_or_create(name=name, defaults=facts)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps mail from going: since when, or None where all is well."""

    relay_silent_since: datetime | None
    mail_refused_since: datetime | None
    # The mail server's words.
    reason: str


def look(now: datetime) -> Trouble:
    """Return what is wrong with the relay and the mail server; one statement if the relay ran.

    A relay that never ran is silent since the oldest notification waits for it.
    """
    beats = Heartbeat.objects.filter(name=RELAY).values_list(Value(RELAY), "at")
    refusals = MailServer.objects.filter(refused_since__isnull=False)
    rows = beats.union(refusals.values_list("reason", "refused_since"), all=True)
    found = dict(rows)
    last = found.pop(RELAY, None) or _oldest_unsorted()
    reason, refused_since = next(iter(found.items()), ("", None))
    is_silent = last is not None and now - last > SILENT_AFTER
    return Trouble(last if is_silent else None, refused_since, reason)


def _oldest_unsorted() -> datetime | None:
    oldest = Notification.objects.unsorted().order_by("pk")
    return oldest.values_list("created_at", flat=True).first()
