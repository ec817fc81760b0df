"""Those outside that Marquee needs: the mail server and OMDb."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils.html import format_html

from dashboard.system.lines import Figure, Line, broken, fine
from movies import calls
from movies.formats import clock, number
from movies.models import Outcome, Refill, RefillHold, RefillItem, Search
from notifications import health

DEMO = "the demo catalogue answers"
# Among so many of the newest searches the last one that asked OMDb is looked for.
LOOKED_AT = 500
REFILLS_LOOKED_AT = 20


def mail(now: datetime) -> Line:
    server = health.refusing_server()
    if server is None:
        return fine("not refused")
    probe = server.next_probe_at or now
    return broken(
        "refused",
        since=server.refused_since,
        by_itself=format_html(
            "it is tried every minute, next at {}; what waits longer than its kind allows expires.",
            clock(probe),
        ),
        you_can=f"check EMAIL_URL and the mail server ({server.reason.rstrip('.')}).",
    )


def budget(now: datetime) -> Line:
    found = calls.budget()
    measured = (
        Figure("marquee_omdb_calls_used", "OMDb calls of the OMDb day", found.used),
        Figure("marquee_omdb_calls_limit", "OMDb calls that a day has", found.limit),
    )
    if settings.OMDB_DEMO:
        return fine(f"{DEMO} and costs none", figures=measured)
    if found.left:
        words = f"{number(found.left)} of {number(found.limit)} calls left"
        return fine(words, figures=measured)
    return broken(
        "OMDb says it is used up" if found.is_refused else "used up",
        by_itself=format_html(
            "it is expected to open at {}; films held are found.", clock(found.opens_at)
        ),
        you_can="wait, or raise OMDB_DAILY_LIMIT if the key allows more.",
        figures=measured,
    )


def key(now: datetime) -> Line:
    """Go by what OMDb said to the last search or re-fill that asked it."""
    if settings.OMDB_DEMO:
        return fine(DEMO)
    newest = Search.objects.finished().order_by("-created_at", "-pk")[:LOOKED_AT]
    asked = Search.objects.filter(pk__in=newest.values("pk"))
    asked = asked.filter(Q(calls__gt=0) | Q(outcome=Outcome.REFUSED))
    last = asked.order_by("-created_at", "-pk").first()
    is_refused = last and last.outcome == Outcome.REFUSED and not _filled_since(last.created_at)
    if not is_refused and not RefillHold.objects.filter(is_refused=True).exists():
        return fine("not refused")
    return broken(
        "refused",
        by_itself="new searches and re-fills try it again; films held are found.",
        you_can="check OMDB_API_KEY.",
    )


def _filled_since(moment: datetime) -> bool:
    """Return whether OMDb told details of a film since then, to one of the newest re-fills."""
    newest = Refill.objects.order_by("-created_at", "-pk")[:REFILLS_LOOKED_AT]
    told = RefillItem.objects.filter(state="changed", finished_at__gt=moment)
    return told.filter(refill__in=newest.values("pk")).exists()
