"""Deliver notifications: claim, mail outside any transaction, write down how it went.

Before a text is handed over, the row says so in a commit of its own, if it is still ours: so a
worker that was given up never mails, and what is lost in the middle is known to be in doubt.
"""

import time
from collections.abc import Callable

from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from notifications import circuit, mail, outcomes, policies, refusals
from notifications.models import Notification
from notifications.outcomes import Ending
from notifications.querysets import LEASE
from notifications.states import Phase

NOT_MINE = "not mine"


class LeaseLost(Exception):
    """Somebody else has this notification now; it must not be mailed from here."""


def deliver(notification_id: int) -> str:
    """Mail one notification; return how that went. Safe to repeat: only a due one is sent."""
    policies.sort_one(notification_id)
    due = Notification.objects.due().filter(pk=notification_id)
    # What cannot be claimed must not take the minute's only turn.
    if circuit.is_open() and not (due.exists() and circuit.may_probe()):
        return outcomes.OUT_OF_REACH
    notification = Notification.objects.claim(notification_id)
    if notification is None:
        return NOT_MINE
    with mail.connection() as backend:
        ending = attempt(notification, backend)
        word = stubbornly(lambda: outcomes.finish(notification, ending))
    circuit.heard(ending)
    return word


def attempt(notification: Notification, backend: BaseEmailBackend) -> Ending:
    """Mail a claimed and begun notification; return how it ended. Writes only before DATA."""

    def before_data() -> None:
        if not Notification.objects.reach(notification, Phase.DATA):
            raise LeaseLost

    began = timezone.now()
    recorder = mail.Recorder(backend, notification, before_data)
    try:
        receipt = mail.send(recorder)
    except LeaseLost:
        mail.hang_up(backend)
        return outcomes.stopped(began)
    except refusals.ERRORS as error:
        phase, reached = recorder.phase, recorder.is_open
        mail.hang_up(backend)
        return outcomes.of_error(notification, error, phase, began, reached=reached)
    return outcomes.of_receipt(notification, receipt, began)


def stubbornly[T](write: Callable[[], T]) -> T:
    """Write what the mail server said, waiting for a database that is away while the lease lasts.

    Raises what the database raised last; the row then is in doubt, as after a crash.
    """
    until = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            return write()
        except (InterfaceError, OperationalError):
            if time.monotonic() > until or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(0.5)
