"""What may happen to searches before somebody looks: made, folded, lost in a crash, folded again.

A history is drawn by Hypothesis and played on real tables; a `Ledger` counts by hand what the
read models must come to.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from dashboard.periods import View
from dashboard.rollup import folding
from dashboard.tests import rows
from movies.models import NO_ANSWERS, Origin, Outcome, Search

SITE = ZoneInfo("Europe/Berlin")
# Clocks go back on 25 October: the hour from 00:00 to 02:00 UTC is told twice.
CHANGE = datetime(2026, 10, 25, tzinfo=UTC)
NOW = datetime(2026, 11, 5, 9, 35, tzinfo=UTC)
MINUTES = int((NOW - CHANGE + timedelta(days=12)).total_seconds() // 60)
MEASURES = ("searches", "from_cache", "asked", "nothing_found", "not_answered", "first_time")
TERMS = ("dune", "=1+1", "amélie", "9")


class Crash(Exception):
    """What the process dies of."""


@dataclass(frozen=True, slots=True)
class Made:
    """A search; one that is not `at_once` finished ends only after all that happens."""

    term: str
    at: datetime
    outcome: str
    films: int
    origin: str
    is_bot: bool
    actor: str
    at_once: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """A roll-up by a clock that jumps; it may die at a write, or before anything is committed."""

    at: datetime
    dies_at: int | None
    is_undone: bool


times = st.one_of(
    st.integers(0, 4 * 60).map(lambda minutes: CHANGE + timedelta(minutes=minutes)),
    st.integers(0, MINUTES).map(lambda minutes: NOW - timedelta(minutes=minutes)),
)
made = st.builds(
    Made,
    term=st.sampled_from(TERMS),
    at=times,
    outcome=st.sampled_from(Outcome.values),
    films=st.integers(0, 2),
    origin=st.sampled_from(Origin.values),
    is_bot=st.booleans(),
    actor=st.sampled_from(["", "a", "b"]),
    at_once=st.booleans(),
)
folded = st.builds(
    Folded, at=times, dies_at=st.sampled_from([None, 1, 2, 3, 5]), is_undone=st.booleans()
)
histories = st.lists(st.one_of(made, made, folded), min_size=5, max_size=30)


def _seen(at: datetime) -> Made:
    return Made("dune", at, Outcome.CACHED, 1, Origin.VISITOR, is_bot=False, actor="", at_once=True)


# A clock that was put back, or a fold that was cut short: searches are later than the figures.
AHEAD = [_seen(NOW), Folded(NOW - timedelta(days=1), dies_at=None, is_undone=False)]
# One in each hour of the day that has twenty-five, and of its neighbours.
LONG_DAY = [_seen(CHANGE + timedelta(hours=hours, minutes=-90)) for hours in range(28)]


@dataclass(slots=True)
class Ledger:
    """Who searched when, as the history tells it, and which searches still run, by term."""

    searches: list[tuple[date, bool, Counter[str]]] = field(default_factory=list)
    running: dict[int, Search] = field(default_factory=dict)

    def write(self, search: Search) -> None:
        counts = Counter(searches=1, first_time=int(search.is_first))
        if search.outcome in NO_ANSWERS:
            counts["not_answered"] = 1
        elif not search.films_found:
            counts["nothing_found"] = 1
        else:
            counts["from_cache" if search.outcome == Outcome.CACHED else "asked"] = 1
        left_out = search.is_bot or search.origin == Origin.STAFF
        self.searches.append((search.created_at.astimezone(SITE).date(), left_out, counts))

    def sums(self, view: View) -> dict[str, int]:
        total: Counter[str] = Counter()
        for day, left_out, counts in self.searches:
            if view.first <= day <= view.last and (view.everyone or not left_out):
                total += counts
        return {measure: total[measure] for measure in MEASURES}


def play(history: list[Made | Folded]) -> Ledger:
    """Let it all happen; return what is to be counted once it is finished and folded."""
    ledger = Ledger()
    for happened in history:
        if isinstance(happened, Folded):
            _fold(happened)
            continue
        search = _make(happened)
        ledger.write(search)
        if not happened.at_once and search.term_id not in ledger.running:
            ledger.running[search.term_id] = search
            Search.objects.filter(pk=search.pk).update(outcome="")
    return ledger


def finish(ledger: Ledger) -> None:
    """End the searches that still run, whose rows are older than many that were folded."""
    for search in ledger.running.values():
        Search.objects.filter(pk=search.pk).update(outcome=search.outcome)
    folding.fold()


def _make(happened: Made) -> Search:
    return rows.search(
        happened.term,
        at=happened.at,
        outcome=happened.outcome,
        films_found=happened.films,
        origin=happened.origin,
        is_bot=happened.is_bot,
        actor=happened.actor,
    )


def _fold(happened: Folded) -> None:
    with pytest.MonkeyPatch.context() as patch, suppress(Crash):
        patch.setattr(folding, "BATCH", 3)
        patch.setattr(timezone, "now", lambda: happened.at)
        if happened.dies_at:
            _die_at(patch, happened.dies_at)
        if not happened.is_undone:
            folding.fold()
            return
        with transaction.atomic():
            rows.search("undone", at=CHANGE)
            folding.fold()
            raise Crash


def _die_at(patch: pytest.MonkeyPatch, dies_at: int) -> None:
    writes = iter(range(1, dies_at))
    add_to = folding.add_to

    def add_or_die(*arguments: object) -> None:
        if next(writes, None) is None:
            raise Crash
        add_to(*arguments)

    patch.setattr(folding, "add_to", add_or_die)
