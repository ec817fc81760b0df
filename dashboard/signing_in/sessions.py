"""How long somebody stays signed in: until they were idle for long, and never beyond an end."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

# The session's own end, in seconds since 1970, set at sign-in.
ENDS_AT = "ends_at"
# A session is written at most so often for being used.
PRECISION = timedelta(minutes=5)


def begin(session: Any) -> None:
    """Let a session that was just signed in run from now on."""
    now = timezone.now()
    session[ENDS_AT] = (now + settings.SESSION_LONGEST).timestamp()
    session.set_expiry(now + _idle())


def go_on(session: Any) -> None:
    """Put the end of a session off that somebody uses; nothing for who is not signed in."""
    if SESSION_KEY not in session:
        return
    # Sessions from before an upgrade have no end yet.
    if ENDS_AT not in session:
        begin(session)
    last = datetime.fromtimestamp(session[ENDS_AT], tz=UTC)
    until = min(timezone.now() + _idle(), last)
    if until - session.get_expiry_date() > PRECISION:
        session.set_expiry(until)


def _idle() -> timedelta:
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)
