"""Mailing the link by which somebody chooses a new password, and what choosing one brings.

The link is made where it is mailed: neither a row, nor a message to a worker, nor a task's result
holds it, and the outbox of notifications, which keeps its texts, is not its way.
"""

import smtplib
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from dashboard.models import LockOut, PasswordReset
from notifications import sites

HOUR = timedelta(hours=1)
MAILS_AN_HOUR = 3


class MailNotTaken(Exception):
    """The mail server did not take the link; what it said may name the address."""


def mail(reset_id: int) -> str:
    """Mail the link that was asked for; safe to repeat: it is mailed once. Raises MailNotTaken."""
    now = timezone.now()
    waiting = PasswordReset.objects.filter(pk=reset_id, mailed_at=None, asked_at__gt=now - HOUR)
    if not waiting.update(mailed_at=now):
        return "not mine"
    reset = PasswordReset.objects.select_related("user").get(pk=reset_id)
    if reset.user is None:
        return "nobody has this address"
    before = PasswordReset.objects.filter(user=reset.user, pk__lt=reset_id, asked_at__gt=now - HOUR)
    if before.count() >= MAILS_AN_HOUR:
        return "asked for too often"
    try:
        _message(reset.user).send()
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotTaken(type(error).__name__) from None
    return "mailed"


def _message(user: User) -> EmailMessage:
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    # By our own name: the Host header of who asks is anybody's to write.
    link = sites.address("dashboard:new_password", key, token)
    words = {"user": user, "site": sites.name(), "link": link}
    text = render_to_string("admin/reset_mail.txt", words)
    subject = "Choose a new password for Marquee"
    return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])


def settle(user: User) -> None:
    """Write down that a new password was chosen by mail; lock-outs of its owner end."""
    now = timezone.now()
    AxesProxyHandler.reset_attempts(username=user.username)
    held = LockOut.objects.holding(now).filter(name=user.username)
    held.update(unlocked_at=now, unlocked_by=user)
    LogEntry.objects.log_actions(
        user.pk, [user], CHANGE, "Chose a new password by mail.", single_object=True
    )
