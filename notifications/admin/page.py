"""What the page of a notification says, and its tabs."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import formats
from movies.admin.parts import Record, Table
from notifications import kinds, labels
from notifications.models import Attempt, Notification

ATTEMPTS = 50
State = Notification.State


def record(notification: Any, *, may_retry: bool) -> Record:
    state = labels.shown_state(notification)
    return Record(
        title=format_html("{}: {}", labels.state_label(state), _name(notification)),
        # It stands in the title.
        label=SafeString(""),
        sentence=_sentence(notification, may_retry=may_retry),
        facts=[
            ("Kind", kinds.get(notification.kind).label),
            ("About", notification.about_link),
            ("Recipients", _recipients(notification)),
            ("Written", formats.moment(notification.created_at)),
            ("Sent", formats.moment(notification.sent_at)),
        ],
        technical=_technical(notification),
        # For the browser's tab, which shows no label.
        extra={"title": f"{labels.LABELS.get(state, labels.UNKNOWN)[1]}: {_name(notification)}"},
    )


def text(notification: Notification) -> Table:
    words = format_html('<div class="mail-text">{}</div>', notification.text)
    subject = format_html("<b><bdi>{}</bdi></b>", notification.subject)
    return Table(columns=("Subject and text",), rows=[(subject,), (words,)], empty="")


def attempts(notification: Notification) -> Table:
    """Return the attempts to mail it, newest first."""
    newest = list(notification.attempt_log.order_by("-number")[: ATTEMPTS + 1])
    return Table(
        columns=("Tried", "How it ended", "Why", "Took"),
        rows=[
            (
                formats.moment(attempt.started_at),
                labels.attempt_label(attempt),
                attempt.error or formats.NONE,
                _took(attempt),
            )
            for attempt in newest[:ATTEMPTS]
        ],
        numbers=(3,),
        is_wide=True,
        empty="Nobody has tried to mail it.",
        more=f"The newest {ATTEMPTS} attempts." if len(newest) > ATTEMPTS else "",
    )


def _name(notification: Notification) -> str:
    if not notification.about_text:
        return notification.subject
    return f"{kinds.get(notification.kind).label} '{notification.about_text}'"


def _sentence(notification: Notification, *, may_retry: bool) -> SafeString:
    sentence = labels.what_happened(notification)
    unseen = notification.state == State.FAILED and not notification.reviewed_at
    return format_html("{} Ask an operator.", sentence) if unseen and not may_retry else sentence


def _recipients(notification: Notification) -> str:
    waits = notification.state in (State.QUEUED, State.SENDING)
    return ", ".join(notification.recipients) or ("Nobody yet" if waits else "Nobody")


def _took(attempt: Attempt) -> str:
    if attempt.ended_at is None:
        return formats.NONE
    return formats.duration((attempt.ended_at - attempt.started_at).total_seconds())


def _technical(notification: Notification) -> list[tuple[str, object]]:
    return [
        ("Message-ID", notification.message_id),
        ("Dedup key", notification.dedup_key),
        ("Id", notification.uuid),
        ("Written by", notification.get_origin_display()),
        ("Due", formats.moment(notification.next_attempt_at)),
        ("Lease", notification.lease or formats.NONE),
        ("Leased until", formats.moment(notification.lease_until)),
    ]
