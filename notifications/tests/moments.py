"""What time brings, without waiting for it."""

from datetime import timedelta

from django.utils import timezone

from notifications.models import KindPolicy, MailServer, Notification
from notifications.policies import of

SECOND = timedelta(seconds=1)
ANN, BOB = "ann@example.org", "bob@example.org"


def put_off_is_over() -> None:
    """What was to be tried again later is due."""
    Notification.objects.filter(state="queued").update(next_attempt_at=timezone.now())


def leases_are_over() -> None:
    """Whoever is sending has had its time."""
    Notification.objects.filter(state="sending").update(lease_until=timezone.now() - SECOND)


def windows_are_over() -> None:
    """What was collected for a digest is due."""
    Notification.objects.filter(state="held").update(next_attempt_at=timezone.now())


def probe_is_due() -> None:
    """The mail server that refused everybody may be tried once."""
    MailServer.objects.update(next_probe_at=timezone.now())


def change_policy(kind: str = "new_search_term", **fields) -> KindPolicy:
    """Change what one kind does, as staff would."""
    policy = of(kind)
    KindPolicy.objects.filter(pk=policy.pk).update(**fields)
    return of(kind)
