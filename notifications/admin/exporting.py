"""The log as a file, as it is filtered and searched."""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from movies.csv_safe import Cell
from movies.formats import counted, number
from notifications import kinds
from notifications.admin import bounds
from notifications.models import Notification
from notifications.querysets import NotificationQuerySet

CHUNK = 1000
HEADINGS = (
    "Written",
    "Kind",
    "Subject",
    "About",
    "State",
    "Why",
    "Attempts",
    "Sent",
    "Recipients",
    "Refused",
    "Written by",
    "Reviewed",
    "Reviewed by",
    "Note",
    "Message-ID",
)


def lines(rows: NotificationQuerySet, *, is_whole: bool) -> Generator[Sequence[Cell]]:
    """Yield a line of headings and one a notification, without its text.

    The last line is End: a file without it was cut short. It says if not the whole log was
    searched.
    """
    yield HEADINGS
    count = 0
    for row in rows.select_related("reviewed_by").iterator(CHUNK):
        count += 1
        yield _cells(row)
    words = f"End: {counted(count, 'notification')}"
    if not is_whole:
        words += f", searched for among the newest {number(bounds.MOST_SEARCHED)}"
    yield (words, *[None] * (len(HEADINGS) - 1))


def _cells(row: Any) -> Sequence[Cell]:
    return (
        _at(row.created_at),
        kinds.get(row.kind).label,
        row.subject,
        row.about_text,
        Notification.State(row.state).label,
        row.reason,
        row.tries,
        _at(row.sent_at),
        ", ".join(row.recipients),
        ", ".join(f"{who}: {words}" for who, words in row.refused.items()),
        row.get_origin_display(),
        _at(row.reviewed_at),
        row.reviewed_by.get_username() if row.reviewed_by else "",
        row.review_note,
        row.message_id,
    )


def _at(moment: datetime | None) -> str:
    """Return `2026-11-22T10:00:00+01:00` by the site's clock; empty for never."""
    if moment is None:
        return ""
    return moment.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
