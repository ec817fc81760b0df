"""What happened to a notification, from its event to the reply of the mail server, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import formats
from movies.admin.parts import link, person
from notifications import labels
from notifications.admin.mail_parts import REACHED, took
from notifications.models import Attempt, Notification, Origin

State = Notification.State
# Of attempts and of what staff did, the newest.
SHOWN = 20
# What staff ask for, and that it may be mailed by that, are written in one transaction.
AT_ONCE = timedelta(seconds=2)
BEGINNINGS = {
    Origin.SIGNAL: "Written down when its signal came",
    Origin.RECONCILER: "It happened; no receiver heard of it, and the reconciler wrote it down",
    Origin.DIGEST: "Digest written",
    Origin.STAFF: "Copy written",
    Origin.TEST: "Test written",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One step, with what else is known of it."""

    at: datetime | None
    words: SafeString | str
    more: SafeString | str = ""

    @property
    def when(self) -> SafeString | str:
        return formats.second(self.at) if self.at else ""


def of(notification: Notification) -> list[Entry]:
    """Return every step that is known of, oldest first; what is still to come is last."""
    staff = _staff(notification)
    steps = [
        Entry(notification.created_at, BEGINNINGS[Origin(notification.origin)]),
        *_sorting(notification, staff),
        *_attempts(notification),
        *staff,
    ]
    return [*sorted(steps, key=attrgetter("at")), *_now(notification)]


def _sorting(notification: Notification, staff: Sequence[Entry]) -> Iterator[Entry]:
    """Yield what the policy of its kind made of it, unless staff went past the policy."""
    if notification.state == State.MERGED:
        digest = notification.digest
        words = link(digest) if digest else "The digest is not kept any more."
        yield Entry(notification.next_attempt_at, "Put into a digest", words)
    passed = notification.passed_at
    past_policy = any(entry.at and passed and abs(entry.at - passed) < AT_ONCE for entry in staff)
    if passed and not past_policy and notification.origin not in (Origin.DIGEST, Origin.STAFF):
        yield Entry(passed, "Let pass by the policy of its kind")


def _attempts(notification: Notification) -> Iterator[Entry]:
    for attempt in notification.attempt_log.order_by("-number")[:SHOWN]:
        label = labels.attempt_label(attempt)
        words = format_html("Attempt {}: {}", formats.number(attempt.number), label)
        yield Entry(attempt.started_at, words, _how(attempt))


def _how(attempt: Attempt) -> SafeString:
    """Return the reply or the error of an attempt, how far it came, and who made it."""
    parts = [attempt.error]
    if attempt.ended_at:
        parts.append(took(attempt))
    if attempt.outcome not in (Attempt.Outcome.SENT, Attempt.Outcome.LATE):
        parts.append(REACHED.get(attempt.phase, attempt.phase))
    if attempt.worker:
        parts.append(f"by {attempt.worker}")
    return format_html("<bdi>{}</bdi>", " · ".join(part for part in parts if part))


def _staff(notification: Notification) -> list[Entry]:
    this = ContentType.objects.get_for_model(Notification)
    entries = LogEntry.objects.filter(content_type=this, object_id=str(notification.pk))
    newest = entries.select_related("user").order_by("-action_time", "-pk")[:SHOWN]
    return [
        Entry(
            entry.action_time,
            format_html("<bdi>{}</bdi>", f"{person(entry.user)}: {entry.get_change_message()}"),
        )
        for entry in newest
    ]


def _now(notification: Notification) -> Iterator[Entry]:
    """Yield what comes next, or how it ended where no step says so."""
    match notification.state:
        case State.QUEUED if not notification.passed_at:
            yield Entry(None, "Next: the policy of its kind is asked")
        case State.QUEUED:
            words = f"Next: attempt {formats.number(notification.tries + 1)}"
            yield Entry(notification.next_attempt_at, words)
        case State.HELD:
            yield Entry(notification.next_attempt_at, "Next: mailed in a digest")
        case State.SUPPRESSED | State.EXPIRED:
            label = labels.state_label(notification.state)
            yield Entry(None, label, notification.reason)
