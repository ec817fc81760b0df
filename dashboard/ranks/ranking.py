"""Rank all terms of a period against another, in arrays.

It imports numpy and scipy, which cost a process some 90 MB: only what works out a snapshot
imports it, and then inside the function.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from dashboard import kept
from dashboard.days import site_date
from dashboard.models import Snapshot
from dashboard.ranks import bases, families, statistics
from dashboard.ranks.boards import ENOUGH, MOST, STATES, TITLES, Entry, Ranked, Table
from dashboard.ranks.term_sums import TermSums, by_term

type Numbers = NDArray[np.int64]
type Fractions = NDArray[np.float64]
type Flags = NDArray[np.bool_]

# Rows fetched at once.
CHUNK = 10_000
# States by their place in STATES, so that a million of them fit into as many bytes.
NEW, GONE, FEW, RISING, FALLING, STEADY = range(len(STATES))
NOT_COMPARED = len(STATES)
STATE_WORDS = (*STATES, "")


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a snapshot keeps; the sums are of the very rows that were ranked."""

    searches: int
    searches_before: int
    terms: int
    whole_terms: int
    whole_terms_before: int
    tables: dict[Table, Ranked]


class Sums(NamedTuple):
    """One entry a term; the last two are without the days that are not over."""

    term_id: Numbers
    searches: Numbers
    before: Numbers
    nothing_found: Numbers
    first_time: Numbers
    whole: Numbers
    whole_before: Numbers


class Changes(NamedTuple):
    state: NDArray[np.int8]
    # nan of too few searches.
    ratio: Fractions
    low: Fractions
    high: Fractions


def rank(snapshot: Snapshot, figures_to: datetime) -> Ranking:
    """Return the tables of a snapshot's periods, as far as their terms are still known.

    Where bases says that the compared period tells nothing, it is as if there were none.
    """
    today = site_date(figures_to)
    known_from = kept.known_from(snapshot.first, snapshot.last, snapshot.before, today)
    before = bases.terms_before(snapshot.before, known_from, everyone=snapshot.everyone)
    sums = _read(snapshot, max(snapshot.first, known_from), before, figures_to)
    tells_new = bases.tells_new(snapshot.first, everyone=snapshot.everyone)
    changes = changes_of(sums, is_compared=before is not None, tells_new=tells_new)
    return Ranking(
        searches=int(sums.searches.sum()),
        searches_before=int(sums.before.sum()),
        terms=int(np.count_nonzero(sums.searches)),
        whole_terms=int(np.count_nonzero(sums.whole)),
        whole_terms_before=int(np.count_nonzero(sums.whole_before)),
        tables={table: _ranked(table, sums, changes, before) for table in TITLES},
    )


def _read(snapshot: Snapshot, first: date, before: date | None, figures_to: datetime) -> Sums:
    """Stream one statement, so that all sums are of one moment; no lock is held meanwhile."""
    rows = by_term(
        first,
        snapshot.last,
        before,
        whole_last=min(snapshot.last, bases.whole_to(figures_to)),
        everyone=snapshot.everyone,
    )
    with _read_to_the_end():
        streamed = rows.iterator(chunk_size=CHUNK)
        columns = np.fromiter(streamed, dtype=np.dtype((np.int64, len(Sums._fields))))
    return Sums(*_as_families(columns).T)


def _as_families(rows: NDArray[Any]) -> Numbers:
    """Return a row for each family in place of those of its members."""
    known = families.read()
    is_member = np.isin(rows[:, 0], list(known.root_of))
    if not is_member.any():
        return rows
    members = (TermSums(*row) for row in rows[is_member].tolist())
    return np.concatenate([rows[~is_member], families.added_up(members, known)])


@contextmanager
def _read_to_the_end() -> Iterator[None]:
    """Have PostgreSQL plan cursors for all of their rows, until this is left.

    It plans them for the first tenth, which means to walk through all days term by term.
    """
    if connection.vendor != "postgresql":
        yield
        return
    # The connection is kept, and others read with it: the setting goes with the transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        yield


def changes_of(sums: Sums, *, is_compared: bool, tells_new: bool = True) -> Changes:
    """Return how each term's share of all searches changed, and whether that is proven.

    Of days that are over and their partners alone: a morning's terms are not those of a whole day.
    """
    new = (sums.first_time > 0) & tells_new
    gone = _gone(sums)
    if not (is_compared and sums.whole.any() and sums.whole_before.any()):
        unknown = np.full(new.size, np.nan)
        state = np.select([new, gone], [NEW, GONE], default=NOT_COMPARED)
        return Changes(state.astype(np.int8), unknown, unknown, unknown)
    enough = sums.whole + sums.whole_before >= ENOUGH
    ratio, low, high, p_values = _tested(sums, enough)
    # Both are chosen for what their counts are, so that their p-values are no evidence: hundreds
    # of small ones would let as many chance ones of other terms pass.
    proven = statistics.discoveries(p_values, enough & ~new & ~gone)
    state = np.select(
        [new, gone, ~enough, proven & (ratio > 1), proven],
        [NEW, GONE, FEW, RISING, FALLING],
        default=STEADY,
    )
    return Changes(state.astype(np.int8), ratio, low, high)


def _gone(sums: Sums) -> Flags:
    """Return which were searched before, on days whose partners are over, and not once now."""
    gone: Flags = (sums.whole_before > 0) & (sums.searches == 0)
    return gone


def _tested(sums: Sums, enough: Flags) -> list[Fractions]:
    """Return the ratios of those with enough searches, their bounds and p-values; nan of others."""
    all_now, all_before = int(sums.whole.sum()), int(sums.whole_before.sum())
    # Most terms share their two counts with many others, and each pair is worked out once.
    pairs, pair = np.unique(
        sums.whole[enough] * (all_before + 1) + sums.whole_before[enough], return_inverse=True
    )
    found = statistics.rate_ratios(
        *divmod(pairs, all_before + 1), all_now=all_now, all_before=all_before
    )
    columns = []
    for values in (found.ratio, found.low, found.high, found.p_value):
        column = np.full(enough.size, np.nan)
        column[enough] = values[pair]
        columns.append(column)
    return columns


def _ranked(table: Table, sums: Sums, changes: Changes, before: date | None) -> Ranked:
    counts, belongs, order = _order(table, sums, changes)
    members = np.flatnonzero(belongs)
    whole = int(counts[members].sum())
    first = _first(members, order, sums.term_id)
    entries = [list(_entry(sums, changes, before, int(index))) for index in first]
    return Ranked(entries, members.size, whole)


def _order(
    table: Table, sums: Sums, changes: Changes
) -> tuple[Numbers, Flags, Numbers | Fractions]:
    """Return what a table counts, which terms belong into it, and what puts them in order.

    Those that rise are in order of the least they rose by, and those that fall of the least they
    fell by.
    """
    match table:
        case "rising":
            return sums.searches, changes.state == RISING, changes.low
        case "falling":
            return sums.searches, changes.state == FALLING, -changes.high
        case "new":
            return sums.searches, sums.first_time > 0, sums.searches
        case "gone":
            return sums.before, _gone(sums), sums.before
        case "empty":
            return sums.nothing_found, sums.nothing_found > 0, sums.nothing_found
    return sums.searches, sums.searches > 0, sums.searches


def _first(members: Numbers, order: Numbers | Fractions, term_ids: Numbers) -> Numbers:
    """Return the first MOST members, the highest first, ties by term."""
    if members.size > MOST:
        least = np.partition(order[members], -MOST)[-MOST]
        members = members[order[members] >= least]
    in_order = np.lexsort((term_ids[members], -order[members]))
    return members[in_order[:MOST]]


def _entry(sums: Sums, changes: Changes, before: date | None, index: int) -> Entry:
    return Entry(
        term_id=int(sums.term_id[index]),
        searches=int(sums.searches[index]),
        before=int(sums.before[index]) if before else None,
        nothing_found=int(sums.nothing_found[index]),
        first_time=int(sums.first_time[index]),
        state=STATE_WORDS[changes.state[index]],
        ratio=_finite(changes.ratio[index]),
        low=_finite(changes.low[index]),
        high=_finite(changes.high[index]),
    )


def _finite(value: np.float64) -> float | None:
    """Return six significant digits, which is more than anybody reads; None of inf and nan."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
