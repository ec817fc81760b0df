"""What is broken so that mail cannot tell of it: a line on every page of the admin.

When mail itself is down, this is the only channel left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import queueing
from movies.formats import clock
from notifications import health

# A page looks no more often; a broker that hangs costs one page in so many seconds.
LOOKED_AT_FOR = 10
CACHED = "banner"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is broken, since when, what goes on by itself, and what a person can do."""

    what: str
    by_itself: str
    you_can: str
    since: datetime | None = None

    @property
    def since_words(self) -> SafeString:
        return format_html("since {}", clock(self.since)) if self.since else SafeString("now")


def troubles(request: HttpRequest) -> dict[str, Callable[[], list[Trouble]]]:
    """Give templates `troubles`; who does not show them does not ask."""
    return {"troubles": found}


def found() -> list[Trouble]:
    """Return what is broken, as it was at most ten seconds ago."""
    return list(cache.get_or_set(CACHED, _look, LOOKED_AT_FOR) or ())


def _look() -> list[Trouble]:
    found = health.look(timezone.now())
    lines = (_relay(found), _broker(), _mail(found))
    return [trouble for trouble in lines if trouble]


def _relay(found: health.Trouble) -> Trouble | None:
    if found.relay_silent_since is None:
        return None
    return Trouble(
        "Relay: silent",
        "notifications wait in their rows, and nothing is lost.",
        "start beat and a worker, or run manage.py relay_notifications.",
        found.relay_silent_since,
    )


def _broker() -> Trouble | None:
    if queueing.answers():
        return None
    return Trouble(
        "Broker: out of reach",
        "searches, re-fills and mails wait in their rows, and nothing is lost.",
        "start Redis, or check REDIS_URL.",
    )


def _mail(found: health.Trouble) -> Trouble | None:
    if found.mail_refused_since is None:
        return None
    return Trouble(
        "Mail: refused",
        "it is tried every minute, and no notification is lost.",
        f"check EMAIL_URL and the mail server ({found.reason.rstrip('.')}).",
        found.mail_refused_since,
    )
