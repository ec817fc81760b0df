"""How a notification is put to staff: its label, and what happened and happens next."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from movies.formats import clock, moment
from movies.labels import label
from notifications import kinds
from notifications.models import Attempt, Notification
from notifications.outcomes import AGAIN
from notifications.states import State

# Role and word of each state, and of one that a row shows without being in it.
TRYING_AGAIN = "trying_again"
UNKNOWN = ("rest", "Unknown")
LABELS: dict[str, tuple[str, str]] = {
    State.QUEUED: ("rest", "Waiting"),
    State.HELD: ("rest", "Collecting for digest"),
    State.MERGED: ("rest", "In a digest"),
    TRYING_AGAIN: ("moving", "Trying again"),
    State.SENDING: ("moving", "Sending"),
    State.SENT: ("good", "Sent"),
    State.PARTIAL: ("look", "Partly refused"),
    State.UNCERTAIN: ("look", "May have arrived"),
    State.FAILED: ("needs", "Failed"),
    State.SUPPRESSED: ("rest", "Not mailed"),
    State.CANCELLED: ("rest", "Cancelled"),
    State.EXPIRED: ("rest", "Expired"),
}
# Grey is what was tried again by itself: a mail that went at the second attempt is in good health.
ATTEMPTS: dict[str, str] = {
    Attempt.Outcome.STARTED: "moving",
    Attempt.Outcome.SENT: "good",
    Attempt.Outcome.LATE: "good",
    Attempt.Outcome.TEMPORARY: "rest",
    Attempt.Outcome.PERMANENT: "needs",
    Attempt.Outcome.UNREACHABLE: "rest",
    Attempt.Outcome.UNCERTAIN: "look",
    Attempt.Outcome.CRASHED: "rest",
    Attempt.Outcome.STOPPED: "rest",
    Attempt.Outcome.NOBODY: "rest",
}
NOTE_LENGTH = 100


def state_label(state: str, note: str = "") -> SafeString:
    """Return icon and word of `state`; `note` says why, or what happens next."""
    role, word = LABELS.get(state, UNKNOWN)
    return label(role, word, note)


def notification_label(notification: Notification) -> SafeString:
    """Return the label of a row, with its reason unless all went well."""
    note = Truncator(notification.reason.removeprefix(AGAIN)).chars(NOTE_LENGTH)
    if _is_put_off(notification):
        note = format_html("at {}, {}", clock(notification.next_attempt_at), note)
    return state_label(shown_state(notification), note)


def attempt_label(attempt: Attempt) -> SafeString:
    """Return the label of how one attempt ended."""
    return label(ATTEMPTS[attempt.outcome], attempt.get_outcome_display())


def shown_state(notification: Notification) -> str:
    """Return the key in LABELS: a row that waits may be new, or put off after an attempt."""
    if notification.state == State.QUEUED and notification.tries:
        return TRYING_AGAIN
    return notification.state


def _is_put_off(notification: Notification) -> bool:
    return notification.state == State.QUEUED and notification.reason.startswith(AGAIN)


def name_of(notification: Notification) -> str:
    """Return what a notification is called: its kind and what it is about, or its subject."""
    if not notification.about_text:
        return notification.subject
    return f"{kinds.get(notification.kind).label} '{notification.about_text}'"


def what_happened(notification: Notification) -> SafeString:
    """Return in words what happened, and what happens next without anybody's doing."""
    # A server's words end as they like.
    reason = f"{notification.reason.rstrip('.')}." if notification.reason else ""
    match notification.state:
        case State.QUEUED:
            waits = reason or "It waits to be mailed."
            if _is_put_off(notification):
                at, why = clock(notification.next_attempt_at), reason.removeprefix(AGAIN)
                waits = format_html("Trying again at {}, {}", at, why)
            return format_html("{} It goes by itself; nothing needs to be done.", waits)
        case State.HELD:
            at = moment(notification.next_attempt_at)
            return format_html("It is mailed with others of its kind at {}.", at)
        case State.MERGED:
            return SafeString("It was mailed in a digest, whose page says what became of it.")
        case State.SENDING:
            return SafeString("It is being sent; if that breaks off, it is tried again by itself.")
        case State.SENT | State.PARTIAL:
            without = {*notification.refused, *notification.remaining}
            admins = ", ".join(who for who in notification.recipients if who not in without)
            # Who settles a doubt knows that it arrived, not where.
            sent = format_html(
                "Sent {}{}.", moment(notification.sent_at), admins and f" to {admins}"
            )
            if not reason:
                return sent
            return format_html("{} {} Nothing more happens by itself.", sent, reason)
        case State.UNCERTAIN:
            return format_html("{} Nobody knows whether it arrived until somebody looks.", reason)
        case State.FAILED if notification.reviewed_at:
            seen = moment(notification.reviewed_at)
            return format_html("{} Nothing more happens by itself. Reviewed {}.", reason, seen)
    return format_html("{} Nothing more happens by itself.", reason)
