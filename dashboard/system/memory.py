"""What was last found: shared by every process, so that it is known since when a thing is so.

A process keeps what it saw itself as well, for the time that the database is away.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import Error
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from dashboard.models import SystemState
from dashboard.system.lines import Line, State

logger = logging.getLogger(__name__)

SEEN = "system:seen"
# What has not changed is written down again no sooner.
WRITTEN_EVERY = timedelta(seconds=10)
COLUMNS = ("state", "since", "looked_at", "words", "by_itself", "you_can")


type Seen = dict[str, tuple[State, datetime]]


@dataclass(frozen=True, slots=True)
class Found:
    """A line without the name of its check, since when it is so, and when somebody looked."""

    line: Line
    since: datetime
    looked_at: datetime


def stored() -> dict[str, Found]:
    """Return what was last found of each check, by its key; nothing if it cannot be read."""
    try:
        return {row.key: _found(row) for row in SystemState.objects.all()}
    except Error:
        # Not migrated yet, or gone this moment.
        logger.warning("what was found of the system cannot be read")
        return {}


def _found(row: SystemState) -> Found:
    line = Line(
        State(row.state),
        SafeString(row.words),
        since=row.since,
        by_itself=SafeString(row.by_itself),
        you_can=SafeString(row.you_can),
        key=row.key,
    )
    return Found(line, row.since, row.looked_at)


def dated(lines: Iterable[Line], now: datetime, *, has_database: bool) -> list[Line]:
    """Give each line the moment since when it is so, and write down what was found."""
    before = stored() if has_database else {}
    seen = _seen(before)
    found = []
    for line in lines:
        state, since = seen.get(line.key, (None, now))
        since = line.since or (since if state == line.state else now)
        seen[line.key] = line.state, since
        found.append(replace(line, since=since))
    cache.set(SEEN, seen, None)
    if has_database and _is_news(found, before, now):
        _store(found, now)
    return found


def _seen(before: dict[str, Found]) -> Seen:
    """Return the state of each check that was seen last, by this process or by another."""
    seen: Seen = cache.get(SEEN) or {}
    for key, found in before.items():
        if key not in seen or seen[key][1] < found.since:
            seen[key] = found.line.state, found.since
    return seen


def _is_news(lines: Sequence[Line], before: dict[str, Found], now: datetime) -> bool:
    return any(
        line.key not in before
        or before[line.key].line.state != line.state
        or before[line.key].looked_at <= now - WRITTEN_EVERY
        for line in lines
    )


def _store(lines: Iterable[Line], now: datetime) -> None:
    rows = [
        SystemState(
            key=line.key,
            state=line.state,
            since=line.since or now,
            looked_at=now,
            words=conditional_escape(line.words),
            by_itself=conditional_escape(line.by_itself),
            you_can=conditional_escape(line.you_can),
        )
        for line in lines
    ]
    try:
        SystemState.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["key"], update_fields=COLUMNS
        )
    except Error:
        # Read-only, or locked for too long: the next look tries again.
        logger.warning("what was found of the system cannot be written down")
