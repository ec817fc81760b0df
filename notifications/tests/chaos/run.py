"""One run: mails that are written while workers are killed and stopped, until none is open."""

import argparse
import heapq
import os
import random
import signal
import time
from collections.abc import Callable
from itertools import count

import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from movies.models import SearchTerm
from notifications import kinds, services
from notifications.composing import Event
from notifications.models import Ambiguous, KindPolicy, Notification
from notifications.states import OPEN, State
from notifications.tests.chaos.crew import Crew, Worker

SETTLES_WITHIN = 120.0
LOOKS_EVERY = 0.2


class Run:
    """One run: what happens when, and what was seen of it."""

    def __init__(self, plan: argparse.Namespace, crew: Crew) -> None:
        self.plan = plan
        self.crew = crew
        self.random = random.Random(plan.seed)
        self.written = count()
        self.strikes = count()
        self.order = count()
        self.timeline: list[tuple[float, int, Callable[[], None]]] = []
        self.overdue = 0.0
        self.outages = 0
        # By staff, after the run.
        self.resent = 0
        self.broker = redis.from_url(settings.REDIS_URL)

    def go(self) -> None:
        """Do everything at its moment, then wait until every mail has come to an end."""
        wait_until(lambda: len(self.crew.at_work()) == self.plan.workers)
        start = time.monotonic()
        for times, action in (
            (self.plan.mails, self.write),
            (self.plan.kills, lambda: self.strike(self.crew.kill)),
            (self.plan.stops, lambda: self.strike(self.stop)),
            (self.plan.outages, self.lose_redis),
        ):
            for _ in range(times):
                self.at(start + self.random.random() * self.plan.seconds, action)
        while self.timeline:
            moment, _, action = heapq.heappop(self.timeline)
            while (left := moment - time.monotonic()) > 0:
                self.look(min(left, LOOKS_EVERY))
            action()
        self.settle()

    def at(self, moment: float, action: Callable[[], None]) -> None:
        heapq.heappush(self.timeline, (moment, next(self.order), action))

    def look(self, seconds: float) -> None:
        """Wait, and note how long a mail has been in hand for longer than its lease."""
        time.sleep(seconds)
        first = Notification.objects.filter(state=State.SENDING).order_by("lease_until").first()
        if first and first.lease_until:
            late = (timezone.now() - first.lease_until).total_seconds()
            self.overdue = max(self.overdue, late)

    def write(self) -> None:
        """Have something to say: a term that nobody looked for yet, or a test, in turns."""
        number = next(self.written)
        if number % 2:
            services.notify(Event(kinds.TEST, f"chaos:{number}", "Test", ("It is a test.",)))
        else:
            SearchTerm.objects.create(term=f"film number {number}")

    def strike(self, how: Callable[[Worker], None]) -> None:
        """Strike one of those that work, every other time one that has a mail in hand.

        If there is none, a little later.
        """
        victims = self.crew.at_work()
        if next(self.strikes) % 2 and Notification.objects.filter(state__in=OPEN).exists():
            victims = [worker for worker in victims if worker.attempts()]
        if victims:
            how(self.random.choice(victims))
        else:
            self.at(time.monotonic() + LOOKS_EVERY, lambda: self.strike(how))

    def stop(self, worker: Worker) -> None:
        self.crew.stop(worker)
        asleep = self.plan.lease + self.random.uniform(0.5, 2)
        self.at(time.monotonic() + asleep, lambda: self.crew.wake(worker))

    def lose_redis(self) -> None:
        """Kill Redis, which whoever started it starts again, and then make it forget."""
        wait_until(self.answers)
        os.kill(self.broker.info("server")["process_id"], signal.SIGKILL)
        self.at(time.monotonic() + 2, self.forget)

    def forget(self) -> None:
        wait_until(self.answers)
        self.broker.flushall()
        self.outages += 1

    def answers(self) -> bool:
        try:
            return bool(self.broker.ping())
        except redis.RedisError:
            return False

    def settle(self) -> None:
        """Wait until nothing is open; send again, as staff would, what was given up in doubt."""
        user, _ = User.objects.get_or_create(username="chaos")
        resending = KindPolicy.objects.filter(ambiguous=Ambiguous.RESEND).values("kind")
        deadline = time.monotonic() + SETTLES_WITHIN
        while time.monotonic() < deadline:
            in_doubt = Notification.objects.filter(kind__in=resending, state=State.UNCERTAIN)
            pks = list(in_doubt.values_list("pk", flat=True))
            self.resent += len(services.settle_again(pks, user))
            if not Notification.objects.filter(state__in=OPEN).exists():
                return
            self.look(LOOKS_EVERY)


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SETTLES_WITHIN
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(LOOKS_EVERY)
