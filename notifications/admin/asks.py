"""What can be asked about several notifications, and what each answer does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest

from notifications import policies, services
from notifications.admin import muting
from notifications.admin.answers import answer
from notifications.admin.dialogs import Muting
from notifications.models import Notification
from notifications.outcomes import MAX_ATTEMPTS
from notifications.querysets import NotificationQuerySet
from notifications.states import ARRIVED, RETRIED, WAITING, State

ONLY_THE_REST = "what some have already, to the rest alone."
CHOOSE_AGAIN = "Nothing was changed: choose the notifications again."

type Doing = Callable[[HttpRequest, Sequence[int]], None]


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do with several: what its button says, who may, and what does it and says so."""

    button: str
    permission: str
    do: Doing


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: whom it concerns, what it says, and the verbs that answer it."""

    title: str
    of: Callable[[NotificationQuerySet], NotificationQuerySet]
    explains: str
    stay: str
    verbs: tuple[str, ...]
    # How the audit log begins to word what was done.
    did: str
    takes_note: bool = False
    mutes: bool = False


def kinds_of(pks: Sequence[int]) -> list[str]:
    """Return the names of the kinds of these rows."""
    names = Notification.objects.filter(pk__in=pks).order_by("kind").values_list("kind", flat=True)
    return list(names.distinct())


def _telling(word: str, did: str, do: Callable[[Sequence[int], User], list[int]]) -> Doing:
    """Return what does it, and says `word` of what was done or who had done `did` before."""

    def doing(request: HttpRequest, pks: Sequence[int]) -> None:
        answer(request, word, pks, do(pks, _user(request)), did)

    return doing


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _review(request: HttpRequest, pks: Sequence[int]) -> None:
    done = services.mark_reviewed(pks, _user(request), request.POST.get("note", ""))
    answer(request, "Reviewed", pks, done, services.REVIEWED)


def _copy(request: HttpRequest, pks: Sequence[int]) -> None:
    try:
        token = str(UUID(request.POST.get("token", "")))
    except ValueError:
        messages.error(request, CHOOSE_AGAIN)
        return
    done = services.resend_copies(pks, _user(request), token)
    answer(request, "Go out as copies", pks, done, services.COPIED)


def _mute(request: HttpRequest, pks: Sequence[int]) -> None:
    answered = Muting(request.POST)
    if not answered.is_valid():
        messages.error(request, "Nothing was muted: choose a moment within the next 365 days.")
        return
    for kind in kinds_of(pks):
        muting.mute_kind(request, policies.of(kind), answered.cleaned_data["until"])


VERBS = {
    "retry": Verb(
        "Retry {rows}", "retry", _telling("Queued again", services.TRIED_AGAIN, services.retry)
    ),
    "send_now": Verb(
        "Send {rows} now", "retry", _telling("Go out now", services.SENT_NOW, services.send_now)
    ),
    "cancel": Verb(
        "Cancel {rows}", "retry", _telling("Cancelled", services.CANCELLED, services.cancel)
    ),
    "arrived": Verb(
        "All arrived",
        "retry",
        _telling("Settled, they arrived", services.SETTLED, services.settle_arrived),
    ),
    "again": Verb(
        "Send the same mails again",
        "retry",
        _telling("Settled, sent again", services.SETTLED, services.settle_again),
    ),
    "copy": Verb("Send a copy of {rows}", "retry", _copy),
    "review": Verb("Mark {rows} as reviewed", "review", _review),
    "mute": Verb("Mute {kinds}", "mute", _mute),
}
ASKS = {
    "retry": Ask(
        "Retry {rows}?",
        lambda rows: rows.with_text().filter(state__in=RETRIED),
        f"Each is mailed to {{admins}}, in up to {MAX_ATTEMPTS} attempts; {ONLY_THE_REST}",
        "Leave {them} as {they} {are}",
        ("retry",),
        services.TRIED_AGAIN,
    ),
    "send_now": Ask(
        "Send {rows} now?",
        lambda rows: rows.with_text().not_due().filter(state__in=WAITING),
        "Each is mailed to {admins} by itself, whatever the policy of its kind says; "
        f"{ONLY_THE_REST}",
        "Let {them} wait",
        ("send_now",),
        services.SENT_NOW,
    ),
    "cancel": Ask(
        "Cancel {rows}?",
        lambda rows: rows.filter(state__in=WAITING),
        "What is cancelled is not mailed, and stays in the log.",
        "Keep {them}",
        ("cancel",),
        services.CANCELLED,
    ),
    "settle": Ask(
        "Did {rows} arrive?",
        lambda rows: rows.filter(state=State.UNCERTAIN),
        "We sent what is asked about, but got no reply.",
        "Not now",
        ("arrived", "again"),
        services.SETTLED,
    ),
    "copy": Ask(
        "Send a copy of {rows}?",
        lambda rows: rows.with_text().filter(state__in=ARRIVED),
        "Each copy is a mail of its own to {admins}, beside the first.",
        "Send no copy",
        ("copy",),
        services.COPIED,
    ),
    "review": Ask(
        "Mark {rows} as reviewed?",
        lambda rows: rows.needs_review(),
        "What is reviewed leaves the list of what needs somebody, for everybody. Nothing is sent.",
        "Keep {them} on the list",
        ("review",),
        services.REVIEWED,
        takes_note=True,
    ),
    "mute": Ask(
        "Mute {kinds}?",
        lambda rows: rows,
        "{labels}: meanwhile written down and not mailed, and not made up for later.",
        "Mute nothing",
        ("mute",),
        "",
        mutes=True,
    ),
}
