"""Deliver notifications: claim, mail outside any transaction, write down how it went."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from notifications import mail, refusals
from notifications.models import Attempt, Notification

MAX_ATTEMPTS = 8
BASE_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
# One run of the relay, so that the next tick never waits long.
MOST_A_RUN = 200
LONGEST_RUN = 60.0

NOT_MINE = "not mine"
LEASE_LOST = "lease lost"

Outcome = Attempt.Outcome
State = Notification.State


def deliver(notification_id: int) -> str:
    """Mail one notification; return how that went. Safe to repeat: only a due one is sent."""
    with mail.connection() as backend:
        return _deliver(notification_id, backend)


def relay(stopping: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Take back what lost its worker and mail what is due; return how often what happened.

    Stops between two mails after 200 of them, after a minute, or once `stopping()` is true.
    """
    done = reap()
    run_until = time.monotonic() + LONGEST_RUN
    due = Notification.objects.due().order_by("next_attempt_at", "pk")
    with mail.connection() as backend:
        for pk in list(due.values_list("pk", flat=True)[:MOST_A_RUN]):
            if stopping() or time.monotonic() > run_until:
                break
            done[_deliver(pk, backend)] += 1
    del done[NOT_MINE]
    return done


def reap() -> Counter[str]:
    """Queue again, or give up, what was being sent by a worker that is gone."""
    done: Counter[str] = Counter()
    for notification in Notification.objects.stuck().order_by("pk")[:MOST_A_RUN]:
        words = "The worker was lost while sending."
        done[_try_again(notification, words, Outcome.CRASHED)] += 1
    return done


def back_off(attempts: int) -> timedelta:
    """Return a random wait whose bound doubles with each attempt: many failures spread out."""
    bound = min(BASE_DELAY * 2.0 ** (attempts - 1), LONGEST_DELAY)
    return bound * random.random()  # noqa: S311 - nobody gains by guessing it


def _deliver(notification_id: int, backend: BaseEmailBackend) -> str:
    notification = Notification.objects.claim(notification_id)
    if notification is None:
        return NOT_MINE
    try:
        receipt = mail.send(notification, backend)
    except refusals.ERRORS as error:
        mail.hang_up(backend)
        return _refused(notification, refusals.explain(error))
    return _arrived(notification, receipt)


def _arrived(notification: Notification, receipt: mail.Receipt) -> str:
    if not receipt.recipients:
        reason = "This reaches nobody: ADMINS is empty."
        changes = {"state": State.SUPPRESSED, "reason": reason}
        return _finish(notification, Outcome.NOBODY, "not mailed", reason, **changes)
    refused = refusals.name_refused(receipt.refused)
    reason = refusals.fit_to_store(f"Refused for {refused}") if refused else ""
    return _finish(
        notification,
        Outcome.SENT,
        "sent",
        reason,
        state=State.SENT,
        reason=reason,
        recipients=receipt.recipients,
        sent_at=timezone.now(),
    )


def _refused(notification: Notification, refusal: refusals.Refusal) -> str:
    if refusal.permanent:
        return _fail(notification, refusal.words, Outcome.PERMANENT, refusal.words)
    return _try_again(notification, refusal.words, Outcome.TEMPORARY)


def _try_again(notification: Notification, words: str, outcome: str) -> str:
    if notification.attempts >= MAX_ATTEMPTS:
        reason = f"Given up after {MAX_ATTEMPTS} attempts: {words}"
        return _fail(notification, reason, outcome, words)
    at = timezone.now() + back_off(notification.attempts)
    attempt = f"attempt {notification.attempts + 1} of {MAX_ATTEMPTS}"
    reason = f"Trying again at {timezone.localtime(at):%H:%M}, {attempt}: {words}"
    return _finish(
        notification,
        outcome,
        "trying again",
        words,
        state=State.QUEUED,
        reason=reason[: refusals.WORDS_LENGTH],
        next_attempt_at=at,
    )


def _fail(notification: Notification, reason: str, outcome: str, words: str) -> str:
    reason = reason[: refusals.WORDS_LENGTH]
    return _finish(notification, outcome, "failed", words, state=State.FAILED, reason=reason)


def _finish(notification: Notification, outcome: str, word: str, error: str, **changes: Any) -> str:
    """Move the row on and close its attempt; change nothing if the lease was lost meanwhile."""
    with transaction.atomic():
        held = Notification.objects.held(notification)
        if not held.update(lease=None, lease_until=None, **changes):
            return LEASE_LOST
        open_attempt = notification.attempt_log.filter(outcome=Outcome.STARTED)
        open_attempt.update(outcome=outcome, error=error, ended_at=timezone.now())
    return word
