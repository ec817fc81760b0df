"""Mailing the link by which somebody chooses a new password, and what choosing one brings.

The link is made where it is mailed: neither a row, nor a message to a worker, nor a task's result
holds it, and the outbox of notifications, which keeps its texts, is not its way.
"""

from datetime import datetime
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from celery import Task
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from dashboard.models import LockOut, PasswordReset
from movies.querysets import HINT_PATIENCE
from movies.queueing import enqueue, waiting
from notifications import sites
from notifications.refusals import ERRORS, explain

MAILS_AN_HOUR = 3
# As many as a tick hands on; the next goes on.
BATCH = 200


class MailNotTaken(Exception):
    """The mail server did not take the link; what it said may name the address."""


def mail(reset_id: int) -> str:
    """Mail the link that was asked for; safe to repeat: what was mailed is not mailed again.

    Raises MailNotTaken; it is tried again when the lease has ended, within the hour, but not where
    the server may have taken it without a word. Of what a worker had mailed that died before it
    wrote that down, a second link comes.
    """
    claimed = _claim(reset_id, timezone.now())
    if isinstance(claimed, str):
        return claimed
    reset = PasswordReset.objects.filter(pk=reset_id)
    connection = get_connection()
    is_open = False
    try:
        connection.open()
        is_open = True
        _message(claimed, connection).send()
    except ERRORS as error:
        refusal = explain(error)
        if refusal.permanent:
            reset.update(user=None)
        elif is_open and not refusal.is_answer:
            reset.update(mailed_at=timezone.now())
        raise MailNotTaken(type(error).__name__) from None
    finally:
        connection.close()
    reset.update(mailed_at=timezone.now())
    return "mailed"


def _claim(reset_id: int, now: datetime) -> User | str:
    """Take the lease on a request; return to whom its link goes, or why to nobody."""
    with transaction.atomic():
        if not PasswordReset.objects.waiting(now).filter(pk=reset_id).update(taken_at=now):
            return "not mine"
        reset = PasswordReset.objects.get(pk=reset_id)
        if reset.user_id is None:
            return "nobody has this address"
        # Workers that mail the same user wait for each other here, and so count each other's.
        user = User.objects.select_for_update().get(pk=reset.user_id)
        lately = PasswordReset.objects.mailed_lately(now).filter(user=user).exclude(pk=reset_id)
        if lately.count() < MAILS_AN_HOUR:
            return user
        reset.user = None
        reset.save(update_fields=["user"])
        return "asked for too often"


def hint_lost(mail_reset: "Task[Any, Any]") -> None:
    """Hand on again what the queue lost, or what a worker or the mail server did not finish."""
    now = timezone.now()
    lost = PasswordReset.objects.waiting(now).exclude(user=None)
    pks = list(lost.filter(asked_at__lt=now - HINT_PATIENCE).values_list("pk", flat=True)[:BATCH])
    # While messages wait, the workers are behind, and these may be among them.
    if pks and not waiting("interactive"):
        for pk in pks:
            enqueue(mail_reset, pk)


def _message(user: User, connection: BaseEmailBackend) -> EmailMessage:
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    # By our own name: the Host header of who asks is anybody's to write.
    link = sites.address("dashboard:new_password", key, token)
    words = {"user": user, "site": sites.name(), "link": link}
    text = render_to_string("admin/reset_mail.txt", words)
    subject = "Choose a new password for Marquee"
    sender = settings.DEFAULT_FROM_EMAIL
    return EmailMessage(subject, text, sender, [user.email], connection=connection)


def settle(user: User) -> None:
    """Write down that a new password was chosen by mail; lock-outs of its owner end."""
    now = timezone.now()
    AxesProxyHandler.reset_attempts(username=user.username)
    held = LockOut.objects.holding(now).filter(name=user.username)
    held.update(unlocked_at=now, unlocked_by=user)
    LogEntry.objects.log_actions(
        user.pk, [user], CHANGE, "Chose a new password by mail.", single_object=True
    )
