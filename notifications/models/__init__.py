"""What must be said, to whom, and whether it was."""

from notifications.kinds import Ambiguous, Delivery
from notifications.models.attempts import Attempt
from notifications.models.notifications import ABOUT_LENGTH, Notification, Origin
from notifications.models.policies import KindPolicy
from notifications.models.running import Heartbeat, MailServer

__all__ = [
    "ABOUT_LENGTH",
    "Ambiguous",
    "Attempt",
    "Delivery",
    "Heartbeat",
    "KindPolicy",
    "MailServer",
    "Notification",
    "Origin",
]
