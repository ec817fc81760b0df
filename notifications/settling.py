"""What becomes of a mail that has arrived, of whom it was refused for, and of the rest."""

from typing import Any

from django.utils import timezone

from notifications import refusals
from notifications.models import Notification
from notifications.states import State


def standing(notification: Notification) -> dict[str, str]:
    """Return what was said to those who are not asked again: it still stands."""
    spared = notification.not_mailed_again
    return {who: words for who, words in notification.refused.items() if who in spared}


def arrived(notification: Notification, words: str) -> tuple[State, dict[str, Any]]:
    """Return what a mail in doubt is once somebody who says so in `words` knows it arrived."""
    to, changes = settled(standing(notification))
    changes["reason"] = f"{words} {changes['reason']}".strip()
    return to, changes | {"sent_at": notification.sent_at or timezone.now()}


def left_out(notification: Notification, words: str) -> tuple[State, dict[str, Any]]:
    """Return what a mail is that some have, and that the rest is not mailed because of `words`."""
    rest = dict.fromkeys(notification.remaining, words)
    to, changes = settled(rest | notification.refused)
    return to, changes | {"reason": f"To the rest: {words}"}


def settled(refused: dict[str, str]) -> tuple[State, dict[str, Any]]:
    """Return what a mail that arrived is, given whom it was refused for."""
    to = State.PARTIAL if refused else State.SENT
    words = refusals.fit_to_store(f"Refused for {refusals.named(refused)}") if refused else ""
    facts = {"reason": words, "refused": refused, "has_refused": bool(refused), "remaining": []}
    return to, facts
