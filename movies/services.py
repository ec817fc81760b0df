"""What can be asked of movies: search, re-fill, tidy up. Each decides, writes, then enqueues.

What is asked of re-fills is in movies/batches.py.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from movies import tasks, throttling
from movies.batches import RefillCost, refill, refill_cost, retry_items, room, started_before
from movies.models import ActorSalt, Import, Outcome, Refill, Search, SearchTerm
from movies.queueing import enqueue_on_commit
from movies.signals import announce, search_finished
from movies.terms import normalise

__all__ = [
    "RefillCost",
    "kept_from",
    "mark_counted",
    "prune",
    "refill",
    "refill_cost",
    "remove_in_batches",
    "request_search",
    "retry_items",
    "room",
    "started_before",
]

logger = logging.getLogger(__name__)

KEEP_SEARCHES = timedelta(days=90)
KEEP_REFILLS = timedelta(days=365)
PRUNE_BATCH = 1000


def request_search(
    text: str,
    *,
    origin: str,
    actor: str = "",
    is_bot: bool = False,
    user: User | None = None,
    force: bool = False,
    in_place: bool = False,
) -> Search:
    """Write one Search for `text` and return it: answered, joined to another, or to be run.

    A fresh term is answered from the cache unless `force`. `in_place` leaves the running to
    the caller. Raises TermError if the text is no term, and Throttled if a client, the `actor`,
    brings too many new ones.
    """
    term_text = normalise(text)
    facts = {"origin": origin, "actor": actor, "is_bot": is_bot}
    facts["requested_by_id"] = user.pk if user else None
    if not force and (answered := _answered_at_once(term_text, facts)):
        return answered
    with transaction.atomic():
        if actor:
            throttling.check_new_terms(actor, term_text)
        term, is_new = _locked(term_text, origin)
        search = Search(term=term, is_first=is_new, **facts)
        # Again, for whoever held the term until now may have answered it.
        if term.is_fresh() and not force:
            return _answer_from_cache(search)
        search.joined = Search.objects.unfinished().filter(term=term, joined=None).first()
        search.save()
        if search.joined is None and not in_place:
            enqueue_on_commit(tasks.run_search, search.pk)
    with bound_contextvars(search_id=str(search.uuid)):
        logger.info("Search recorded")
    return search


def _locked(term_text: str, origin: str) -> tuple[SearchTerm, bool]:
    """Return the term, locked, and whether it is new."""
    # Decisions about one term wait for each other; no_key lets hits be written meanwhile.
    locked = SearchTerm.objects.select_for_update(no_key=True)
    while True:
        term, is_new = SearchTerm.objects.get_or_create(term=term_text, defaults={"origin": origin})
        # Whoever had it until now may have erased it: then there is no such term any more.
        if found := locked.filter(pk=term.pk, term=term_text).first():
            return found, is_new


def _answered_at_once(term_text: str, facts: dict[str, Any]) -> Search | None:
    """Return a search of these facts, answered from the cache, if its term is known and fresh.

    Most searches are of this kind.
    """
    now = timezone.now()
    search = Search.objects.answer_from_cache(
        term_text,
        fresh_from=now - timedelta(seconds=settings.SEARCH_FRESH_FOR),
        outcome=Outcome.CACHED,
        created_at=now,
        started_at=now,
        finished_at=now,
        **facts,
    )
    if search:
        _say_answered(search, term_text)
    return search


def _answer_from_cache(search: Search) -> Search:
    search.outcome = Outcome.CACHED
    search.started_at = search.finished_at = search.created_at
    search.films_found = search.term.hits.count()
    search.total_results = search.term.total_results
    search.save()
    _say_answered(search, search.term.term)
    return search


def _say_answered(search: Search, term_text: str) -> None:
    with bound_contextvars(search_id=str(search.uuid)):
        logger.warning(
            "Search for '%s' was performed in the past 24 hours so not searching again.", term_text
        )
        announce(search_finished, sender=Search, search=search)


def mark_counted(pks: Iterable[int]) -> int:
    """Mark finished searches as folded into the read models; return how many were not yet."""
    return Search.objects.finished().filter(pk__in=list(pks), counted=False).update(counted=True)


def kept_from(now: datetime) -> datetime:
    """Return the start of the earliest site day whose searches are kept, all of them."""
    site = timezone.get_default_timezone()
    day = timezone.localdate(now, site) - KEEP_SEARCHES
    return datetime.combine(day, time.min, tzinfo=site).astimezone(UTC)


def prune(now: datetime) -> dict[str, int]:
    """Remove what retention has outlived, in batches; return rows removed by what they were."""
    # Two days, so that a search just before midnight is still thrown out with its own salt.
    salts, _ = ActorSalt.objects.filter(
        day__lt=timezone.localdate(now) - timedelta(days=1)
    ).delete()
    return {
        "actor salts": salts,
        "searches": remove_in_batches(
            # What the read models have not folded yet is kept, however old.
            Search.objects.filter(counted=True, source=None, created_at__lt=kept_from(now)),
            by="created_at",
        )
        + _prune_imported(now),
        "re-fills": remove_in_batches(Refill.objects.filter(finished_at__lt=now - KEEP_REFILLS)),
    }


def _prune_imported(now: datetime) -> int:
    """Remove the searches of files that were imported so long ago, however old they are."""
    rows = Search.objects.filter(counted=True)
    old = Import.objects.filter(written_at__lt=kept_from(now)).order_by("pk")
    return sum(remove_in_batches(rows.filter(source=one), by="created_at") for one in old)


def remove_in_batches(rows: QuerySet[Any], *, by: str = "pk") -> int:
    """Remove `rows` batch by batch, in the order of an indexed field; return how many it was."""
    # No transaction holds SQLite's one writer for long.
    removed = 0
    while True:
        found = list(rows.order_by(by).values_list("pk", by)[:PRUNE_BATCH])
        rows.model._default_manager.filter(pk__in=[pk for pk, _ in found]).delete()
        removed += len(found)
        if len(found) < PRUNE_BATCH:
            return removed
        # What is passed over on the way, as imported searches are, is passed over once.
        rows = rows.filter(**{f"{by}__gte": found[-1][1]})
