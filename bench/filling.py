"""Films that a re-fill fills in a second, beside a plain loop of client calls in turns.

Both ask the same OMDb on this machine. The loop only parses its answers; a re-fill stores them,
with what changed, survives a kill at any moment, and keeps within the day's budget. So it is the
slower one while OMDb answers at once, and, having two processes, the faster one as soon as OMDb
takes as long as it does.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import databases
from bench.lines import Line, a_second, ms
from bench.timing import middle
from bench.worker import Worker
from config import embedded_redis, kept

NAME = "bench_films"
FILMS = 400
# Of an OMDb that takes as long as the real one.
DELAY, SLOW_FILMS = 0.25, 60
ROUNDS = 3
PROCESSES = 2
SMALL, LARGE = 1_000, 100_000
# Two processes wait for two answers at a time: on a machine that is busy, too, a fifth quicker.
SLOW_BOUND = 1.2
# Of a hundred times as many films.
FLAT = 5


def lines(words: str, films: int = FILMS, large: int = LARGE) -> Iterator[Line]:
    """Measure on a database of its own, of which nothing is left."""
    databases.create(NAME)
    omdb = Worker("bench.omdb_side", "bench.settings", databases.url(NAME))
    environment = {
        "OMDB_URL": omdb.ask("start"),
        "OMDB_API_KEY": "bench-key",
        "OMDB_DAILY_LIMIT": "100000000",
    }
    ours = Worker("bench.refill_side", "bench.settings", databases.url(NAME), **environment)
    try:
        ours.ask("migrate")
        with _workers(environment):
            yield from _paces(words, omdb, ours, films)
        yield from _sizes(words, ours, large)
    finally:
        ours.stop()
        omdb.stop()
        databases.drop(NAME)


@contextmanager
def _workers(environment: dict[str, str]) -> Iterator[None]:
    """Run a Redis, and a worker as `make run` starts it, meanwhile."""
    folder = Path(os.environ["VAR_DIR"])
    folder.mkdir(exist_ok=True)
    redis = embedded_redis.start(folder)
    words = [sys.executable, "-m", "celery", "-A", "config", "worker", "--queues", "periodic,bulk"]
    worker = subprocess.Popen(
        [*words, "--concurrency", str(PROCESSES), "--without-mingle", "--without-gossip"],
        env={**os.environ, "DATABASE_URL": databases.url(NAME), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()
        kept.stop(redis)


def _paces(words: str, omdb: Worker, ours: Worker, films: int) -> Iterator[Line]:
    # Until the worker is there, and has its connections.
    ours.ask("by_batch", 20)
    yield _against_the_loop(f"{words}: films filled, OMDb at once", omdb, ours, films)
    omdb.ask("answer_after", DELAY)
    name = f"{words}: films filled, OMDb after {DELAY * 1000:.0f} ms"
    yield _against_the_loop(name, omdb, ours, SLOW_FILMS, at_least=SLOW_BOUND)
    omdb.ask("answer_after", 0)


def _against_the_loop(
    name: str, omdb: Worker, ours: Worker, films: int, at_least: float | None = None
) -> Line:
    found: dict[str, list[float]] = {"by_batch": [], "plain_loop": []}
    omdb.ask("called")
    for _ in range(ROUNDS):
        for way, paces in found.items():
            paces.append(ours.ask(way, films))
            if (called := omdb.ask("called")) != films:
                raise RuntimeError(f"{called} calls for {films} films")
    batch, loop = middle(found["by_batch"]), middle(found["plain_loop"])
    peer = f"{a_second(loop)} plain loop"
    return Line(name, a_second(batch), peer, batch / loop, at_least=at_least)


def _sizes(words: str, ours: Worker, large: int) -> Iterator[Line]:
    yield Line(f"{words}: statements a film", f"{ours.ask('statements', 50):.3g}")
    small, much = ours.ask("watching", SMALL), ours.ask("watching", large)
    yield Line(
        f"{words}: watching a batch of {large:,} films",
        ms(much),
        f"{ms(small)} of {SMALL:,}",
        much / small,
        at_most=FLAT,
    )
    yield Line(f"{words}: starting a batch of {large:,} films", ms(ours.ask("starting", large)))
    yield Line(f"{words}: asking for it again while it runs", ms(ours.ask("starting_again")))
    yield Line(f"{words}: cancelling it", ms(ours.ask("cancelling")))
