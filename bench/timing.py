"""Clocks: how long something takes, how often it goes, how long it keeps SQLite to itself."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import Any, TypedDict

import numpy as np
from django.db import connection, connections

ROUNDS = 5
# What takes minutes is not repeated as often: a run has to end.
PATIENCE = 60.0
# What is recorded are the most searched terms; those with lower numbers are more often.
TERMS = 200_000


class Pace(TypedDict):
    """How often something was done in a second, and its waits in milliseconds."""

    a_second: float
    middle: float
    longest: float


def timed(function: Callable[[], Any]) -> float:
    """Return the milliseconds that a call took."""
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1000


def interleaved(
    functions: Sequence[Callable[[], float]], rounds: int = ROUNDS
) -> list[list[float]]:
    """Return what each function returned, asked in turns, so that a noisy spell meets all.

    One that has used up PATIENCE is not asked again.
    """
    found: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for figures, function in zip(found, functions, strict=True):
            if sum(figures) < PATIENCE * 1000:
                figures.append(function())
    return found


def middle(figures: Sequence[float]) -> float:
    return statistics.median(figures)


def stream(rows: Sequence[Any], seed: int, exponent: float = 1.0) -> Iterator[Any]:
    """Return an endless stream of rows, Zipf by their order."""
    weights = np.cumsum(np.arange(1, len(rows) + 1, dtype=float) ** -exponent)
    draws = np.random.default_rng(seed).random(100_000) * weights[-1]
    return cycle([rows[place] for place in np.searchsorted(weights, draws).tolist()])


def paced(function: Callable[[Any], object], rows: Iterator[Any], seconds: float) -> Pace:
    """Do something with one row after the other for a while; return how it went."""
    function(next(rows))
    waits = []
    began = before = time.perf_counter()
    while before < began + seconds:
        function(next(rows))
        now = time.perf_counter()
        waits.append(now - before)
        before = now
    return Pace(
        a_second=len(waits) / (before - began),
        middle=statistics.median(waits) * 1000,
        longest=max(waits) * 1000,
    )


class Queries(list[tuple[str, Any]]):
    """The statements that were executed, in order, with their parameters."""

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.append((sql, params))
        return execute(sql, params, many, context)

    def replay(self) -> float:
        """Execute the reading ones again and fetch all rows; return the milliseconds."""
        began = time.perf_counter()
        with connection.cursor() as cursor:
            for sql, params in self:
                if sql.lstrip("( ").startswith(("SELECT", "WITH")):
                    cursor.execute(sql, params)
                    cursor.fetchall()
        return (time.perf_counter() - began) * 1000


@contextmanager
def queries() -> Iterator[Queries]:
    found = Queries()
    with connection.execute_wrapper(found):
        yield found


def empty_log() -> None:
    """Have SQLite move what is in its log to where it belongs."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Holds:
    """How long each write kept all other writers of SQLite out, in milliseconds.

    SQLite empties its log after the commit, when others may write again: here it does so after
    the clock has stopped.
    """

    def __init__(self) -> None:
        self.found: list[float] = []
        self._since: float | None = None

    def __enter__(self) -> "Holds":
        # Of this very connection: SQLite has one writer, whoever it is.
        self._connection: Any = connections["default"]
        self._connection._start_transaction_under_autocommit = self._start
        self._connection._commit = self._commit
        self._connection._rollback = self._rollback
        self._wrapper = self._connection.execute_wrapper(self._execute)
        self._wrapper.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint = 0")
        return self

    def __exit__(self, *error: object) -> None:
        self._wrapper.__exit__(*error)
        for name in ("_start_transaction_under_autocommit", "_commit", "_rollback"):
            delattr(self._connection, name)
        self._connection.close()

    def _start(self) -> None:
        type(self._connection)._start_transaction_under_autocommit(self._connection)
        self._since = time.perf_counter()

    def _commit(self) -> None:
        type(self._connection)._commit(self._connection)
        self._end()

    def _rollback(self) -> None:
        type(self._connection)._rollback(self._connection)
        self._end()

    def _end(self) -> None:
        if self._since is not None:
            self.found.append((time.perf_counter() - self._since) * 1000)
            empty_log()
        self._since = None

    def _execute(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        began = time.perf_counter()
        answer = execute(sql, params, many, context)
        # A statement outside a transaction is one of its own.
        if self._since is None and sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.found.append((time.perf_counter() - began) * 1000)
        return answer
