"""What a worker does with a self-test: it says that it has begun, and has a mail written."""

from django.db import transaction
from django.utils import timezone

from dashboard.models import SelfTest
from notifications import kinds
from notifications.composing import Event
from notifications.kinds import Ambiguous, Kind
from notifications.models import Notification, Origin
from notifications.services import notify

SELF_TEST = "self_test"


def register_kind() -> None:
    # One that comes late tells nothing any more, and one that may have arrived says enough.
    kinds.register(
        Kind(SELF_TEST, "Self-test", "self-tests", expiry_hours=1, ambiguous=Ambiguous.HOLD)
    )


def probe(pk: int, task_id: str) -> str:
    """Go on with a self-test; return what was done. Safe to repeat: only the first does it."""
    with transaction.atomic():
        unbegun = SelfTest.objects.filter(pk=pk, began_at=None)
        if not unbegun.update(began_at=timezone.now(), task_id=task_id):
            return "not mine"
        line = "This is a self-test. It came from the web through the broker and a worker to you."
        notify(Event(SELF_TEST, _name(pk), "Self-test", (line,)), origin=Origin.TEST)
    return "mail written"


def mail_of(pk: int) -> Notification | None:
    """Return the notification that a self-test had written, if it has come so far."""
    return Notification.objects.filter(dedup_key=_name(pk)).without_bodies().first()


def _name(pk: int) -> str:
    return f"{SELF_TEST}:{pk}"
