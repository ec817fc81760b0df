"""Celery's doors to the dashboard's periodic work."""

from celery import shared_task
from django.utils import timezone

from dashboard import services


@shared_task(ignore_result=True)
def prune() -> str:
    """Remove what retention has outlived; return what that was. Safe to repeat."""
    return services.removed_in_words(services.prune(timezone.now()))
