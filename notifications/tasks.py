"""What the workers do for notifications."""

from celery import shared_task

from notifications import delivery


@shared_task
def deliver(notification_id: int) -> str:
    """Mail one notification. Safe to repeat: only a queued one that is due is sent."""
    return delivery.deliver(notification_id)


@shared_task(ignore_result=True)
def relay() -> str | None:
    """Mail what the queue lost or put off, and take back what a dead worker held."""
    done = delivery.relay()
    return ", ".join(f"{count} {word}" for word, count in done.items()) or None
