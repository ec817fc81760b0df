"""The whole system under load, with the servers that it needs, which can be taken from it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from config import embedded_redis, kept
from config.tests import postgres
from config.tests.environment import FOLDER
from config.tests.running import Running
from notifications.tests.smtp_server import SmtpServer

REDIS = FOLDER / "broker"
STARTS_WITHIN = 120.0


class Stage:
    """Marquee as `make run` starts it, with a past of so many searches, and a mail server."""

    def __init__(self, searches: int, mails: SmtpServer) -> None:
        self.mails = mails
        REDIS.mkdir()
        self.redis = embedded_redis.start(REDIS)
        os.environ |= {
            "ENVIRONMENT": "demo",
            "REDIS_URL": f"unix://{REDIS}/redis.sock",
            "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        self._manage("migrate", "--verbosity", "0")
        self._manage("sample_history", "--searches", str(searches))
        self._manage("roll_up")
        self.system = Running(FOLDER / "var", DATABASE_URL=os.environ["DATABASE_URL"])
        self.base = f"http://127.0.0.1:{self.system.port}/"
        until(self.system.answers, STARTS_WITHIN)
        # Seconds of the clock that does not jump, from which the database was away, and until when.
        self.away: list[tuple[float, float]] = []

    def stop(self) -> None:
        self.system.stop()
        kept.stop(self.redis)

    def is_right(self) -> bool:
        """Return whether the figures are those of the searches."""
        return self._manage("roll_up", "--verify", check=False) == 0

    def take_redis_away(self, seconds: float) -> None:
        kept.stop(self.redis)
        time.sleep(seconds)
        self.redis = embedded_redis.start(REDIS)

    def restart_database(self) -> None:
        began = time.monotonic()
        if postgres.restart(FOLDER / "postgres"):
            self.away.append((began, time.monotonic()))

    def reload_web(self) -> None:
        """Have the web server start new processes; the old ones end what they have begun."""
        programs = self.system.programs()
        # The first of them started the others.
        os.kill(
            min(pid for pid, words in programs.items() if "\0config.wsgi\0" in words), signal.SIGHUP
        )

    def kill_a_worker(self) -> None:
        """Kill one of the processes that run tasks, or the one above them."""
        programs = self.system.programs()
        # Words of their own: the shell that starts them again has them in one.
        workers = [pid for pid, words in programs.items() if "\0worker\0" in words]
        if workers:
            os.kill(random.choice(workers), signal.SIGKILL)

    def _manage(self, *words: str, check: bool = True) -> int:
        done = subprocess.run([sys.executable, "manage.py", *words], check=check)
        return done.returncode


def until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait until a condition holds; return False if it did not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


@contextmanager
def stage(searches: int) -> Iterator[Stage]:
    with SmtpServer() as mails:
        found = Stage(searches, mails)
        try:
            yield found
        finally:
            found.stop()
