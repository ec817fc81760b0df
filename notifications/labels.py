"""How a notification is put to staff: its label, and what happened and happens next."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from movies.formats import moment
from movies.labels import label
from notifications.models import Attempt, Notification

State = Notification.State

# Role and word of each state, and of two that a row shows without being in them.
TRYING_AGAIN = "trying_again"
PARTLY_REFUSED = "partly_refused"
UNKNOWN = ("rest", "Unknown")
LABELS: dict[str, tuple[str, str]] = {
    State.QUEUED: ("rest", "Waiting"),
    TRYING_AGAIN: ("moving", "Trying again"),
    State.SENDING: ("moving", "Sending"),
    State.SENT: ("good", "Sent"),
    PARTLY_REFUSED: ("look", "Partly refused"),
    State.FAILED: ("needs", "Failed"),
    State.SUPPRESSED: ("rest", "Not mailed"),
}
# Grey is what was tried again by itself: a mail that went at the second attempt is in good health.
ATTEMPTS: dict[str, str] = {
    Attempt.Outcome.STARTED: "moving",
    Attempt.Outcome.SENT: "good",
    Attempt.Outcome.TEMPORARY: "rest",
    Attempt.Outcome.PERMANENT: "needs",
    Attempt.Outcome.CRASHED: "rest",
    Attempt.Outcome.NOBODY: "rest",
}
NOTE_LENGTH = 100


def state_label(state: str, note: str = "") -> SafeString:
    """Return icon and word of `state`; `note` says why, or what happens next."""
    role, word = LABELS.get(state, UNKNOWN)
    return label(role, word, note)


def notification_label(notification: Notification) -> SafeString:
    """Return the label of a row, with its reason unless all went well."""
    note = notification.reason.removeprefix("Trying again ")
    return state_label(shown_state(notification), Truncator(note).chars(NOTE_LENGTH))


def attempt_label(attempt: Attempt) -> SafeString:
    """Return the label of how one attempt ended."""
    return label(ATTEMPTS[attempt.outcome], attempt.get_outcome_display())


def shown_state(notification: Notification) -> str:
    """Return the key in LABELS: a row that waits may be new or put off, a sent one refused."""
    if notification.state == State.QUEUED and notification.attempts:
        return TRYING_AGAIN
    if notification.state == State.SENT and notification.reason:
        return PARTLY_REFUSED
    return notification.state


def what_happened(notification: Notification) -> SafeString:
    """Return in words what happened, and what happens next without anybody's doing."""
    # A server's words end as they like.
    reason = f"{notification.reason.rstrip('.')}." if notification.reason else ""
    match notification.state:
        case State.QUEUED:
            waits = reason or "It waits to be mailed."
            return format_html("{} It goes by itself; nothing needs to be done.", waits)
        case State.SENDING:
            return SafeString("It is being sent; if that breaks off, it is tried again by itself.")
        case State.SENT:
            admins = ", ".join(notification.recipients)
            sent = format_html("Sent {} to {}.", moment(notification.sent_at), admins)
            if not reason:
                return sent
            return format_html("{} {} Nothing more happens by itself.", sent, reason)
        case State.FAILED if notification.reviewed_at:
            seen = moment(notification.reviewed_at)
            return format_html("{} Nothing more happens by itself. Reviewed {}.", reason, seen)
    return format_html("{} Nothing more happens by itself.", reason)
