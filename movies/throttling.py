"""How much one client may ask for: searches a minute, and new terms an hour."""

import math
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from movies.formats import duration
from movies.locks import lock
from movies.models import Search, SearchTerm
from movies.querysets import SearchQuerySet

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Throttled(Exception):
    """The client has to wait; the message tells a visitor how long, `seconds` a machine."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


def check_searches(actor: str) -> None:
    """Raise Throttled if this client has made its searches of the minute.

    Looked at before a search is written: of requests that run at the same moment each may pass.
    """
    rows = Search.objects.by_actor_since(actor, timezone.now() - MINUTE)
    seconds = _seconds_left(rows, settings.SEARCHES_A_MINUTE, MINUTE)
    if seconds:
        raise Throttled(f"Too many searches. Try again in {seconds} s.", seconds)


def check_new_terms(actor: str, term_text: str) -> None:
    """Raise Throttled if the term is new and this client has brought its new ones of the hour.

    In the transaction that writes the search: until it ends, no other passes for this client.
    """
    lock(actor)
    brought = Search.objects.by_actor_since(actor, timezone.now() - HOUR).filter(is_first=True)
    seconds = _seconds_left(brought, settings.NEW_TERMS_AN_HOUR, HOUR)
    if seconds and not SearchTerm.objects.filter(term=term_text).exists():
        wait = duration(60 * math.ceil(seconds / 60))
        raise Throttled(
            "Too many titles that nobody searched for before. "
            f"Try again in {wait}; known titles still work.",
            seconds,
        )


def _seconds_left(rows: SearchQuerySet, limit: int, span: timedelta) -> int:
    """Return the seconds until fewer than `limit` of `rows` are within the span, 0 if they are."""
    newest_first = rows.order_by("-created_at").values_list("created_at", flat=True)
    limiting = newest_first[limit - 1 : limit].first()
    if limiting is None:
        return 0
    return max(1, math.ceil((limiting + span - timezone.now()).total_seconds()))
