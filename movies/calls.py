"""How OMDb is called: one client a process, and every real call counted against the day."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from movies.catalogue import CatalogueAdapter
from movies.holding import release
from movies.models import OmdbDay
from movies.omdb import OmdbClient
from movies.omdb_errors import (
    DataUnavailable,
    FilmNotFound,
    LimitReached,
    QueryRejected,
    TooManyResults,
)

PROBE_EVERY = timedelta(hours=1)
# Errors that OMDb gives only while it answers.
ANSWERS = (DataUnavailable, FilmNotFound, QueryRejected, TooManyResults)
# Re-fills stop while this share of the day is left: visitors go first.
VISITORS_SHARE = 0.2


class OverBudget(Exception):
    """Today's OMDb calls are used up, or what is left of them is kept for visitors."""

    message = "Today's OMDb calls are used up."

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of today's OMDb calls; the demo catalogue costs none."""

    limit: int
    used: int
    left: int
    reserved: int
    opens_at: datetime
    # OMDb itself says that the day is spent, whatever we counted.
    is_refused: bool

    @property
    def left_for_refills(self) -> int:
        return max(0, self.left - self.reserved)

    @property
    def refills_open_at(self) -> datetime:
        """When a re-fill may find calls again; while OMDb refuses, a probe may open the day."""
        soon = timezone.now() + PROBE_EVERY
        return min(soon, self.opens_at) if self.is_refused else self.opens_at


def client() -> OmdbClient:
    """Return this process's client for the OMDb that the settings name."""
    return _client(settings.OMDB_URL, settings.OMDB_API_KEY, settings.OMDB_DEMO)


@functools.lru_cache(maxsize=1)
def _client(url: str, api_key: str, demo: bool) -> OmdbClient:
    if demo:
        return OmdbClient(api_key="demo", url="https://demo.invalid/", adapter=CatalogueAdapter())
    return OmdbClient(api_key=api_key, url=url)


def budget() -> Budget:
    """Return how much of the OMDb day is used and left."""
    day = today().first()
    return budget_of(day.calls if day else 0, is_refused=bool(day and day.refused_at))


def may_refill() -> bool:
    """Return whether a re-fill finds a call now; the demo catalogue is always there."""
    return settings.OMDB_DEMO or budget().left_for_refills > 0


def today() -> "QuerySet[OmdbDay]":
    """Return the row of the OMDb day, which is there from its first call on."""
    return OmdbDay.objects.filter(day=omdb_day())


def budget_of(used: int, *, is_refused: bool) -> Budget:
    """Return what is left of the OMDb day after so many calls."""
    limit = settings.OMDB_DAILY_LIMIT
    tomorrow = omdb_day() + timedelta(days=1)
    return Budget(
        limit=limit,
        used=used,
        left=0 if is_refused else max(0, limit - used),
        reserved=round(limit * VISITORS_SHARE),
        opens_at=datetime.combine(tomorrow, clock.min, tzinfo=UTC),
        is_refused=is_refused,
    )


def spend_for_visitor() -> None:
    """Count one call; raise OverBudget if none is left and no probe is due."""
    if settings.OMDB_DEMO:
        return
    if not _spend(settings.OMDB_DAILY_LIMIT) and not _probe():
        raise OverBudget


def spend_for_refill() -> None:
    """Count one call; raise OverBudget when only the visitors' share is left."""
    if settings.OMDB_DEMO:
        return
    limit = settings.OMDB_DAILY_LIMIT
    if not _spend(limit - round(limit * VISITORS_SHARE)):
        raise OverBudget


class Spending:
    """The real calls of one piece of work, and what OMDb's answers say of the day."""

    def __init__(self, spend: Callable[[], None]) -> None:
        self.calls = 0
        self._spend = spend
        self._day = omdb_day()

    def __call__(self) -> None:
        # Before the call: its refusal may arrive when the next day has begun.
        self._day = omdb_day()
        self._spend()
        self.calls += not settings.OMDB_DEMO

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Learn from what OMDb says inside the block whether the day is spent."""
        try:
            yield
        except LimitReached:
            now = timezone.now()
            refused = {"refused_at": now, "last_probe": now}
            OmdbDay.objects.update_or_create(day=self._day, defaults=refused)
            # It is there, and takes the key.
            release()
            raise
        except ANSWERS:
            self.remember_answer()
            raise
        self.remember_answer()

    def remember_answer(self) -> None:
        """Open the day again if it was a probe that was answered, and by OMDb itself.

        Re-fills that were held up go on as well.
        """
        release()
        if settings.OMDB_DEMO:
            return
        refused = OmdbDay.objects.filter(day=self._day, refused_at__isnull=False)
        # Asked first: it is hardly ever so, and reading takes nobody's turn to write.
        if refused.exists():
            refused.update(refused_at=None)


def _spend(ceiling: int) -> bool:
    # One UPDATE decides and counts, so that no number of processes can overspend.
    if _count_one(ceiling):
        return True
    # Over budget, or the day's first call, of which somebody else may be making another one.
    OmdbDay.objects.get_or_create(day=omdb_day())
    return _count_one(ceiling)


def _count_one(ceiling: int) -> bool:
    now = timezone.now()
    return bool(
        today()
        .filter(refused_at=None, calls__lt=ceiling)
        .update(
            calls=F("calls") + 1,
            last_probe=Case(
                When(calls__gte=settings.OMDB_DAILY_LIMIT - 1, then=Value(now)),
                default=F("last_probe"),
            ),
        )
    )


def _probe() -> bool:
    now = timezone.now()
    due = Q(last_probe__lte=now - PROBE_EVERY)
    probed = OmdbDay.objects.filter(due, day=omdb_day())
    return bool(probed.update(calls=F("calls") + 1, last_probe=now))


def omdb_day() -> date:
    """Return the day that calls are counted against now, whatever the site's own is."""
    # When OMDb's day ends is undocumented; UTC is what third parties report.
    return timezone.now().astimezone(UTC).date()
