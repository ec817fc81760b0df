"""What the workers do for notifications."""

from celery import shared_task

from notifications import delivery, reconciling, relaying


@shared_task
def deliver(notification_id: int) -> str:
    """Mail one notification. Safe to repeat: only a queued one that is due is sent."""
    return delivery.deliver(notification_id)


@shared_task(ignore_result=True)
def relay() -> str | None:
    """Mail what is due, sort out what is new, and take back what a dead worker held."""
    done = relaying.relay()
    return ", ".join(f"{count} {word}" for word, count in done.items()) or None


@shared_task(ignore_result=True)
def reconcile() -> str | None:
    """Write down the events that no receiver heard of."""
    written = reconciling.reconcile()
    return f"{written} written" if written else None
