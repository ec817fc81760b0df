"""What every scene has: workers, an OMDb that counts, a beat, and batches of films."""

import argparse
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import redis
from django.conf import settings
from django.contrib.auth.models import User
from kombu.exceptions import OperationalError

from movies import services, tasks
from movies.models import Movie, Refill
from movies.tests.chaos.crew import Crew
from movies.tests.omdb_server import OmdbServer

LOOKS_EVERY = 0.1
BEATS_EVERY = 0.5
ENDS_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Gate:
    """One line of the verdict."""

    holds: bool
    words: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.holds else 'FAIL'} {self.words}"


class Stage:
    def __init__(self, plan: argparse.Namespace, crew: Crew, omdb: OmdbServer) -> None:
        self.plan = plan
        self.crew = crew
        self.omdb = omdb
        self.numbers = count(1)
        self.beaten = 0.0
        self.broker = redis.from_url(settings.REDIS_URL)
        self.user = User.objects.create_user("chaos")
        for _ in range(plan.workers):
            crew.start()
        self.until(crew.are_at_work)

    def batch(self) -> Refill:
        """Start a re-fill of films that lack details; forget earlier calls."""
        self.omdb.forget()
        pks = [
            Movie.objects.create(imdb_id=f"tt{number:07}", title=f"Film {number}").pk
            for _, number in zip(range(self.plan.films), self.numbers, strict=False)
        ]
        refill = services.refill(pks, user=self.user)
        assert refill
        return refill

    def until_ended(self, refill: Refill, films: int) -> None:
        """Return once so many films of it have ended."""

        def have() -> bool:
            refill.refresh_from_db()
            return refill.ended >= films

        self.until(have)

    def until_finished(self, refill: Refill) -> None:
        def is_finished() -> bool:
            refill.refresh_from_db()
            return refill.finished_at is not None

        self.until(is_finished)

    def until_nothing_runs(self, refill: Refill) -> None:
        self.until(lambda: not refill.items.filter(state="running").exists())
        refill.refresh_from_db()

    def until(self, condition: Callable[[], object]) -> None:
        """Return once it is so; beat meanwhile. Raises TimeoutError."""
        deadline = time.monotonic() + ENDS_WITHIN
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError
            self.look()

    def look(self) -> None:
        """Wait a moment; publish the sweep as beat does, if a Redis is there."""
        time.sleep(LOOKS_EVERY)
        if time.monotonic() < self.beaten + BEATS_EVERY:
            return
        self.beaten = time.monotonic()
        try:
            tasks.sweep.apply_async(expires=1)
        except OperationalError:
            # Beat would try again, too.
            return

    def lose_redis(self) -> None:
        """Kill Redis, which whoever started it starts again, and make it forget."""
        os.kill(self.broker.info("server")["process_id"], signal.SIGKILL)
        time.sleep(BEATS_EVERY)
        self.until(self._answers)
        self.broker.flushall()

    def _answers(self) -> bool:
        try:
            return bool(self.broker.ping())
        except redis.RedisError:
            return False

    def calls(self) -> "Counter[str]":
        """Return how often each film was asked for since the batch was started."""
        return Counter(call["i"] for call in self.omdb.calls)

    def all_changed_once(self, refill: Refill, repeats: int = 0) -> list[Gate]:
        """Return whether each film was changed, with at most so many calls too many."""
        changed = refill.items.filter(state="changed").exclude(changes=[]).count()
        calls = self.calls()
        made = sum(calls.values())
        return [
            Gate(
                changed == refill.changed == refill.films == self.plan.films,
                f"{changed} of {refill.films} films changed, once each",
            ),
            Gate(
                made - len(calls) <= repeats and len(calls) == refill.films,
                f"{made - len(calls)} calls repeated, at most {repeats}",
            ),
            Gate(
                made <= refill.calls <= made + repeats,
                f"{refill.calls} calls counted of {made} made",
            ),
        ]
