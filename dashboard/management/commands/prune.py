"""Tidy up without waiting for the night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dashboard import services


class Command(BaseCommand):
    help = (
        "Remove searches, re-fills, notifications, task results and sessions that are older "
        "than they are kept, in batches. Safe to repeat, and done every night by itself. "
        "Example: manage.py prune"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        removed = services.removed_in_words(services.prune(timezone.now()))
        self.stdout.write(f"Removed {removed}.")
