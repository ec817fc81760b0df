"""What `manage.py check` says about notifications."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning


def somebody_is_told(**kwargs: Any) -> list[CheckMessage]:
    if settings.ADMINS:
        return []
    return [
        Warning(
            "ADMINS is empty: notifications are written down and reach nobody.",
            hint="Set ADMINS, for example: ADMINS='Jo Doe <jo@example.org>'.",
            id="notifications.W001",
        )
    ]
