"""Look at everything that can break, in bounded time, whatever is away."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import Error
from django.utils import timezone

from dashboard.system import crew, ground, memory, outside, rhythms, waiting
from dashboard.system.bounds import brief_statements
from dashboard.system.lines import Line, Report, unknown

logger = logging.getLogger(__name__)

# Seconds within which nobody looks again.
KEPT_FOR = 5
KEPT, KNOWN = "system:report", "system:known"
# What others found so lately is good enough for a page about something else: the tick looks every
# 30 s.
KNOWN_FOR = timedelta(seconds=45)
# Seconds after which what was not looked at is unknown.
LONGEST = 3.0


@dataclass(frozen=True, slots=True)
class Check:
    """One question; `is_own` asks about this host, and its answer is no other host's."""

    key: str
    name: str
    ask: Callable[[datetime], Line]
    asks_database: bool = True
    is_own: bool = False


DATABASE = "database"
CHECKS = (
    Check(DATABASE, "Database", ground.database),
    Check("broker", "Broker", ground.broker, asks_database=False),
    Check("workers", "Workers", crew.workers_are_heard),
    Check("queues", "Queues", crew.queues_are_served),
    Check("beat", "Beat", crew.beat),
    Check("relay", "Relay", rhythms.relay),
    Check("reconciler", "Reconciler", rhythms.reconciler),
    Check("roll_up", "Roll-up", rhythms.roll_up),
    Check("searches", "Searches", waiting.searches),
    Check("mails", "Mails", waiting.mails),
    Check("films", "Re-fills", waiting.films),
    Check("mail", "Mail", outside.mail),
    Check("budget", "OMDb budget", outside.budget),
    Check("key", "OMDb key", outside.key),
    Check("disk", "Disk", ground.disk, asks_database=False, is_own=True),
    Check("migrations", "Migrations", ground.migrations, is_own=True),
    Check("settings", "Settings", ground.settings_are_safe, asks_database=False, is_own=True),
)


def report() -> Report:
    """Return how the system is, as it was at most five seconds ago."""
    kept: Report | None = cache.get(KEPT)
    if kept is None:
        kept = look()
        cache.set_many({KEPT: kept, KNOWN: kept}, KEPT_FOR)
    return kept


def known() -> Report:
    """Return what anybody found within 45 seconds, or else look; mostly one statement."""
    kept: Report | None = cache.get(KNOWN)
    if kept is None:
        kept = _stored(timezone.now()) or report()
        cache.set(KNOWN, kept, KEPT_FOR)
    return kept


def _stored(now: datetime) -> Report | None:
    found = memory.stored()
    lately = {key: one for key, one in found.items() if one.looked_at > now - KNOWN_FOR}
    if any(check.key not in lately for check in CHECKS):
        return None
    lines = (replace(lately[check.key].line, name=check.name) for check in CHECKS)
    return Report(min(one.looked_at for one in lately.values()), tuple(lines))


def look(checks: Sequence[Check] = CHECKS) -> Report:
    """Ask everything now, and remember what changed; never raises for what is away."""
    now, until = timezone.now(), time.monotonic() + LONGEST
    try:
        with brief_statements():
            found = [_answer(check, now, until) for check in checks]
            lines = memory.dated(found, now, has_database=True)
    except Error as error:
        # The others have their own time-outs, and get their own time.
        until = time.monotonic() + LONGEST
        found = [_answer(check, now, until, without_database=error) for check in checks]
        lines = memory.dated(found, now, has_database=False)
    return Report(now, tuple(lines))


def look_for_everybody() -> Report:
    """Ask what is the same on every host, so that what is remembered of it is true."""
    return look([check for check in CHECKS if not check.is_own])


def _answer(
    check: Check, now: datetime, until: float, *, without_database: Error | None = None
) -> Line:
    if without_database and check.key == DATABASE:
        line = ground.database_away(without_database)
    elif without_database and check.asks_database:
        line = _unknown("the database is out of reach", "see to the database first.")
    elif time.monotonic() > until:
        line = _unknown("not looked at in time", "see what keeps the others so long.")
    else:
        line = _asked(check, now)
    return replace(line, key=check.key, name=check.name)


def _asked(check: Check, now: datetime) -> Line:
    try:
        return check.ask(now)
    # Whatever it is: one check that fails must not hide what the others found.
    except Exception as error:
        logger.warning("the check of %s failed: %s", check.key, type(error).__name__)
        words = f"could not be checked ({type(error).__name__})"
        return _unknown(words, "look at the log of the web server.")


def _unknown(words: str, you_can: str) -> Line:
    return unknown(words, by_itself="it is looked at again within seconds.", you_can=you_can)
