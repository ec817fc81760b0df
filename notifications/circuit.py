"""The circuit of a mail server that refuses everybody: one mail a minute tries it, or a greeting.

What cannot be mailed for no fault of its own keeps its attempts, and waits in its row.
"""

from datetime import timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from notifications import refusals
from notifications.models import Attempt, MailServer
from notifications.outcomes import Ending

PROBE_EVERY = timedelta(minutes=1)


def is_open() -> bool:
    return MailServer.objects.filter(refused_since__isnull=False).exists()


def lets_through() -> bool:
    """Return whether a mail may be tried: the server takes them, or it is time to look again."""
    return not is_open() or may_probe()


def may_probe() -> bool:
    """Take the turn to try a server that refused; False if it is not time, or another's turn."""
    now = timezone.now()
    due = MailServer.objects.filter(Q(next_probe_at=None) | Q(next_probe_at__lte=now))
    return bool(due.filter(refused_since__isnull=False).update(next_probe_at=now + PROBE_EVERY))


def heard(ending: Ending) -> None:
    """Note what an attempt tells of the server, for everybody who mails."""
    if ending.outcome == Attempt.Outcome.UNREACHABLE:
        _refused(ending.words)
    elif ending.outcome != Attempt.Outcome.NOBODY and is_open():
        _takes_mail()


def probe(backend: BaseEmailBackend) -> None:
    """Use the turn to try the server without a mail: connect, greet and sign in."""
    try:
        backend.open()
    except refusals.ERRORS as error:
        _refused(refusals.explain(error).words)
    else:
        _takes_mail()


def _takes_mail() -> None:
    MailServer.objects.update(refused_since=None, reason="", next_probe_at=None)


def _refused(words: str) -> None:
    now = timezone.now()
    MailServer.objects.get_or_create(pk=1)
    MailServer.objects.update(
        refused_since=Coalesce("refused_since", now),
        reason=words,
        next_probe_at=now + PROBE_EVERY,
    )
