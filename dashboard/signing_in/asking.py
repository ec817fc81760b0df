"""Asking for a new password: the row that remembers it, and handing it to a worker."""

from collections.abc import Sequence

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.utils import timezone

from dashboard import tasks
from dashboard.models import PasswordReset
from dashboard.models.people import HOUR
from movies.queueing import enqueue_on_commit

ASKED_AN_HOUR = 10


def ask(email: str, address: str) -> bool:
    """Have a link mailed to whoever has this mail address; return False if asked too often.

    Where nobody has it the same is done, so that the answer takes as long.
    """
    now = timezone.now()
    recent = PasswordReset.objects.filter(address=address, asked_at__gt=now - HOUR)
    if recent.count() >= ASKED_AN_HOUR:
        return False
    users: Sequence[User | None] = list(PasswordResetForm().get_users(email))[:ASKED_AN_HOUR]
    for user in users or [None]:
        reset = PasswordReset.objects.create(user=user, address=address, asked_at=now)
        enqueue_on_commit(tasks.mail_password_reset, reset.pk)
    return True
