"""The states of a notification, and every way from one to another.

The one place that says so: each move is one UPDATE that names the state it leaves, so that of two
processes one moves a row and the other finds that it has been moved.
"""

from django.db.models import TextChoices


class State(TextChoices):
    """Where a notification is between its event and its reader."""

    QUEUED = "queued", "Waiting"
    HELD = "held", "Collecting for digest"
    MERGED = "merged", "In a digest"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    PARTIAL = "partial", "Partly refused"
    UNCERTAIN = "uncertain", "May have arrived"
    FAILED = "failed", "Failed"
    SUPPRESSED = "suppressed", "Not mailed"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


class Phase(TextChoices):
    """How far a mail has come; what is lost in DATA may have arrived."""

    CLAIMED = "", "Not begun"
    CONNECT = "connect", "Before the text"
    DATA = "data", "While or after the text was handed over"


ARROWS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset(
        {
            State.HELD,
            State.SENDING,
            State.SUPPRESSED,
            State.CANCELLED,
            State.EXPIRED,
            # A worker that was given up hears of its mail's arrival after all.
            State.SENT,
            State.PARTIAL,
        }
    ),
    State.HELD: frozenset({State.QUEUED, State.MERGED, State.SUPPRESSED, State.CANCELLED}),
    State.SENDING: frozenset(
        {
            State.QUEUED,
            State.SENT,
            State.PARTIAL,
            State.UNCERTAIN,
            State.FAILED,
            State.SUPPRESSED,
        }
    ),
    State.UNCERTAIN: frozenset({State.QUEUED, State.SENT, State.PARTIAL}),
    State.PARTIAL: frozenset({State.QUEUED}),
    State.SUPPRESSED: frozenset({State.QUEUED}),
    # These too: it had arrived, whatever became of the row since.
    State.FAILED: frozenset({State.QUEUED, State.SENT, State.PARTIAL}),
    State.CANCELLED: frozenset({State.QUEUED, State.SENT, State.PARTIAL}),
    State.EXPIRED: frozenset({State.QUEUED, State.SENT, State.PARTIAL}),
    State.SENT: frozenset(),
    State.MERGED: frozenset(),
}
# Something of it still happens by itself.
OPEN = (State.QUEUED, State.HELD, State.SENDING)
# A person has to look, once for everybody.
NEEDS_REVIEW = (State.FAILED, State.UNCERTAIN)
# A mail that is heard late to have arrived is sent after all.
SETTLED_LATE = (
    State.QUEUED,
    State.SENDING,
    State.UNCERTAIN,
    State.FAILED,
    State.CANCELLED,
    State.EXPIRED,
)
# Somebody has it: staff may have a copy mailed.
ARRIVED = (State.SENT, State.PARTIAL)
# Staff may ask for another try.
RETRIED = (State.FAILED, State.PARTIAL, State.EXPIRED, State.SUPPRESSED, State.CANCELLED)
# Staff may still stop it, or have it sent at once.
WAITING = (State.QUEUED, State.HELD)
