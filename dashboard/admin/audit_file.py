"""The audit log as a file, as it is filtered and searched."""

from collections.abc import Callable, Generator, Sequence
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.utils import timezone

from movies.csv_safe import Cell
from movies.formats import counted, number
from notifications.admin.bounds import MOST_SEARCHED

CHUNK = 1000
HEADINGS = ("When", "Who", "What", "About", "Kind", "Key")

type Words = Callable[[LogEntry], str]


def lines(
    entries: QuerySet[Any], what: Words, kind: Words, *, is_whole: bool
) -> Generator[Sequence[Cell]]:
    """Yield a line of headings and one an entry, newest first.

    The last line is End: a file without it was cut short. It says if not the whole log was
    searched.
    """
    yield HEADINGS
    count = 0
    zone = timezone.get_default_timezone()
    for entry in entries.select_related("user", "content_type").iterator(CHUNK):
        count += 1
        at = entry.action_time.astimezone(zone).isoformat(timespec="seconds")
        who = entry.user.get_username()
        yield (at, who, what(entry), entry.object_repr, kind(entry), entry.object_id)
    words = f"End: {counted(count, 'entry', 'entries')}"
    if not is_whole:
        words += f", searched for among the newest {number(MOST_SEARCHED)}"
    yield (words, *[None] * (len(HEADINGS) - 1))
