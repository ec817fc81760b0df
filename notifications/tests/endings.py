"""How attempts end, without a mail server to end them."""

from django.utils import timezone

from notifications import mail, outcomes
from notifications.models import Notification
from notifications.outcomes import Ending
from notifications.states import Phase
from notifications.tests.moments import ANN, BOB

NOW = timezone.now()


def arrived(notification: Notification, **refused: str) -> Ending:
    """Return the ending of a mail that arrived, but not for `ann` or `bob` with this answer."""
    answers = {
        f"{who}@example.org": (int(words[:3]), words[4:].encode()) for who, words in refused.items()
    }
    return outcomes.of_receipt(notification, mail.Receipt([ANN, BOB], "250 OK", answers), NOW)


def broke(notification: Notification, error: Exception, phase=Phase.DATA, reached=True) -> Ending:
    return outcomes.of_error(notification, error, phase, NOW, reached=reached)
