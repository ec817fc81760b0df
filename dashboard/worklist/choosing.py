"""Each night, choose the most wanted films without details, and have them filled.

Wanted most is what stands highest among the results of what is searched most: a film weighs the
searches of each term that finds it, divided by its rank there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Q

from dashboard.days import ONE_DAY, site_date
from dashboard.models import Board, ScheduledRun
from dashboard.periods import view_of
from dashboard.ranks.refreshing import key_of
from movies import calls, services
from movies.formats import counted
from movies.models import Hit, Refill, RefillItem, SearchTerm
from movies.refill_querysets import RefillQuerySet

TASK = "dashboard.tasks.choose_films"
# No person may have asked for a re-fill with it: see `is_chosen`.
REASON = "Nightly choice: "
WHO = "the nightly choice"
# Further down the results nobody looks, and a term may have a thousand.
DEPTH = 100


def choose(now: datetime) -> str:
    """Start one re-fill of the most wanted films that fit into the day; return what was done.

    Once an OMDb day, and not while the last one runs or is paused.
    """
    # The demo catalogue's calls cost nothing; the same bound keeps a night's work as small.
    room = services.room(calls.budget())
    films = most_wanted(now, room)
    with transaction.atomic():
        ScheduledRun.objects.get_or_create(task=TASK)
        # Two that choose at once, by beat and by hand: the second waits, and finds the first.
        ScheduledRun.objects.select_for_update().get(task=TASK)
        if before := _before():
            return f"{before} was chosen before"
        reason = f"{REASON}the {counted(len(films), 'most wanted film')} without details."
        refill = services.refill(films, reason=reason)
    return f"{refill}: {counted(refill.films, 'film')}" if refill else _why_nothing(now, room)


def _why_nothing(now: datetime, room: int) -> str:
    if _most_searched(now) is None:
        return "the most searched terms are not worked out yet"
    return "nothing to fill" if room > 0 else "no call is left for it today"


def most_wanted(now: datetime, limit: int) -> list[int]:
    """Return the films that lack details and that nobody fetches yet, the most wanted first."""
    demand = _demand(now)
    if limit <= 0 or not demand:
        return []
    fetched_by = RefillItem.objects.one_under_way(OuterRef("movie"))
    # Film by film, not as one list of all that lack details, which may be a million.
    hits = (
        Hit.objects.alias(fetched_by=fetched_by)
        .filter(
            fetched_by=None,
            term__in=demand,
            rank__lte=DEPTH,
            movie__is_full_record=False,
        )
        .order_by()
    )
    weights: Counter[int] = Counter()
    for term_id, film_id, rank in hits.values_list("term", "movie", "rank").iterator():
        # OMDb's ranks begin with 1.
        weights[film_id] += round(demand[term_id] * 1_000_000 / max(1, rank))
    in_order = sorted(weights, key=lambda film_id: (-weights[film_id], film_id))
    return in_order[:limit]


def _demand(now: datetime) -> Mapping[int, int]:
    """Return how often people searched each of the most searched terms in the last 28 days."""
    rows = _most_searched(now) or []
    shown = set(
        SearchTerm.objects.filter(pk__in=[row[0] for row in rows], hidden=False)
        .order_by()
        .values_list("pk", flat=True)
    )
    return {row[0]: row[1] for row in rows if row[0] in shown}


def _most_searched(now: datetime) -> Sequence[Sequence[int]] | None:
    """Return the keys of these terms, each with its searches; None while they are not known."""
    key = key_of(view_of({}, site_date(now)))
    boards = Board.objects.filter(snapshot__key=key, table="top")
    return boards.values_list("rows", flat=True).first()


def _before() -> Refill | None:
    """Return the re-fill that was chosen on this OMDb day already, or is still to end."""
    day_began = calls.budget().opens_at - ONE_DAY
    held = Q(finished_at=None) | Q(created_at__gte=day_began)
    return chosen().filter(held).first()


def chosen() -> RefillQuerySet:
    """Return the re-fills of the nightly choice."""
    return Refill.objects.filter(is_by_night())


def is_by_night(refill: str = "") -> Q:
    """Return the condition of that, for rows that lead to a re-fill by `refill`, as `refill__`."""
    return Q(**{f"{refill}requested_by": None, f"{refill}reason__startswith": REASON})


def is_chosen(refill: Refill) -> bool:
    return refill.requested_by_id is None and refill.reason.startswith(REASON)
