"""Events folded in a second against one aggregated upsert, and what keeps SQLite's writers out."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np
from django.db import connection, transaction
from django.db.models import F, Max, PositiveIntegerField
from django.utils import timezone

from bench.building import load_searches
from bench.lines import Line, a_second, ms
from bench.read_models import measures_of
from bench.timing import ROUNDS, Holds, empty_log, middle, timed
from bench.traffic import Day, Traffic
from dashboard.models import RollUp, Snapshot, TermDay
from dashboard.ranks.refreshing import refresh_due
from dashboard.rollup.covered import covered_days
from dashboard.rollup.folding import BATCH, fold, fold_batch
from dashboard.rollup.rebuilding import ask_for_rebuild, go_on
from movies.models import Search, SearchTerm

AGAINST_UPSERT = 0.25
LONGEST_HOLD = 100.0
# In each round, of a thousand searches each.
BATCHES = 8
# Days whose every row is made wrong for the rebuild to repair.
WRONG_DAYS = 2
SECONDS = 20.0

MEASURES = [field.name for field in TermDay._meta.fields if isinstance(field, PositiveIntegerField)]


def lines(words: str, batches: int = BATCHES, seconds: float = SECONDS) -> Iterator[Line]:
    """Measure on the default database, a copy that may be written to; rebuild for some seconds."""
    fold()
    _make_peer()
    is_sqlite = connection.vendor == "sqlite"
    day = _load_fresh(ROUNDS * batches * BATCH)
    ours, peers = [], []
    for number in range(ROUNDS):
        # In blocks, so that each empties the log of what it wrote itself.
        for paces, work in (
            (ours, [fold_batch] * batches),
            (peers, _upserts(day, number * batches, batches)),
        ):
            if is_sqlite:
                empty_log()
            paces.append(sum(map(timed, work)) / batches)
    yield Line(
        f"{words}: events folded, one aggregated upsert",
        a_second(BATCH * 1000 / middle(ours)),
        a_second(BATCH * 1000 / middle(peers)),
        middle(peers) / middle(ours),
        at_least=AGAINST_UPSERT,
    )
    if is_sqlite:
        _load_fresh(3 * batches * BATCH)
        yield _held(f"{words}: write lock, longest hold of a fold", _of(fold))
        _make_wrong()
        yield _held(
            f"{words}: write lock, longest hold of a rebuild", _of(lambda: _rebuild(seconds))
        )
        yield _held(f"{words}: write lock, longest hold of snapshots", _of(_write_snapshots))


def _of(work: Callable[[], object]) -> list[float]:
    with Holds() as holds:
        work()
    return holds.found


def _held(words: str, holds: Sequence[float]) -> Line:
    longest = max(holds)
    writes = f"{len(holds):,} writes, middle {ms(middle(holds))}"
    return Line(words, ms(longest), writes, longest, at_most=LONGEST_HOLD)


def _make_peer() -> None:
    """Make a table of the same rows a day and term, with the same key and index by term."""
    columns = ", ".join(f"{measure} integer" for measure in MEASURES)
    names = ", ".join(["day", "term_id", *MEASURES])
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_term_day (day date, term_id bigint, {columns}, "
            "PRIMARY KEY (day, term_id))"
        )
        cursor.execute(
            f"INSERT INTO bench_term_day ({names}) SELECT {names} FROM dashboard_termday"
        )
        cursor.execute("CREATE INDEX bench_term ON bench_term_day (term_id, day)")
        cursor.execute("ANALYZE")


def _load_fresh(count: int) -> Day:
    """Write finished searches of today, not counted yet, of terms that are there."""
    known = SearchTerm.objects.count()
    traffic = Traffic(count, timezone.now(), days=1, terms=known, seed=2)
    [day] = islice(traffic, 1)
    # Terms are numbered as they are first searched, so low numbers are of the most searched.
    day = replace(day, term=traffic.rank[day.term], is_first=np.zeros(count, bool))
    last = Search.objects.aggregate(pk=Max("pk"))["pk"] or 0
    load_searches(day, first_pk=last + 1, counted=False)
    return day


def _upserts(day: Day, first: int, batches: int) -> list[Callable[[], None]]:
    """Return what adds as many batches to the peer's table, of searches known by heart."""
    columns = [day.term, day.left_out, *measures_of(day).values()]
    found: list[Callable[[], None]] = []
    for number in range(first, first + batches):
        part = slice(number * BATCH, (number + 1) * BATCH)
        searches = list(zip(*(column[part].tolist() for column in columns), strict=True))
        found.append(partial(_upsert, str(day.day), searches))
    return found


def _upsert(day: str, searches: list[tuple[int, ...]]) -> None:
    """Add searches up by their term and write them by one statement in one transaction."""
    half = len(MEASURES) // 2
    sums: dict[int, list[int]] = {}
    for term, left_out, *flags in searches:
        counts = sums.setdefault(term, [0] * len(MEASURES))
        for place, flag in enumerate(flags, start=half if left_out else 0):
            counts[place] += flag
    values: list[object] = []
    for term in sorted(sums):
        values += [day, term, *sums[term]]
    row = f"({', '.join(['%s'] * (2 + len(MEASURES)))})"
    added = ", ".join(f"{name} = bench_term_day.{name} + excluded.{name}" for name in MEASURES)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO bench_term_day (day, term_id, {', '.join(MEASURES)}) "
            f"VALUES {', '.join([row] * len(sums))} "
            f"ON CONFLICT (day, term_id) DO UPDATE SET {added}",
            values,
        )


def _make_wrong() -> None:
    """Leave the first days of which there are searches without a right row."""
    days = list(islice(covered_days(RollUp.objects.get()), WRONG_DAYS))
    TermDay.objects.filter(day__in=days).update(searches=F("searches") + 1)


def _rebuild(seconds: float) -> None:
    ask_for_rebuild()
    go_on(until=time.monotonic() + seconds)


def _write_snapshots() -> None:
    Snapshot.objects.all().delete()
    while refresh_due(timezone.now()):
        pass
