"""A thread that writes to the database what a process has to tell, so that nothing waits for it."""

import logging
import os
import threading
from collections.abc import Callable

from django.db import Error, connection

logger = logging.getLogger(__name__)

# How long a database that is away is left alone.
TRY_AGAIN_AFTER = 1.0
# How long a fork waits for a write: a database that hangs must not hang the worker as well.
FORK_WAITS = 1.0


class Forks:
    """Lets no process be forked in the middle of a write, if that ends soon.

    The child would inherit what the database's library had locked, and nobody to unlock it.
    """

    def __init__(self) -> None:
        self.writing = threading.Lock()
        self._is_held = False

    def before(self) -> None:
        self._is_held = self.writing.acquire(timeout=FORK_WAITS)

    def in_parent(self) -> None:
        if self._is_held:
            self.writing.release()

    def in_child(self) -> None:
        self.writing = threading.Lock()


forks = Forks()
os.register_at_fork(
    before=forks.before, after_in_parent=forks.in_parent, after_in_child=forks.in_child
)


class Writer:
    """Calls `write` on a thread of its own whenever it was woken, at most once in `seconds`.

    Who wakes it never waits. What the database refuses is logged once, and tried until it is
    written; any other error ends the thread.
    """

    def __init__(self, name: str, write: Callable[[], None], *, seconds: float) -> None:
        self._write = write
        self._seconds = seconds
        self._woken = threading.Event()
        self._hurried = threading.Event()
        self._is_ending = False
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def wake(self, *, at_once: bool = False) -> None:
        """Have it written; `at_once`, before the seconds are over."""
        if self._thread.ident is None:
            self._thread.start()
        self._woken.set()
        if at_once:
            self._hurried.set()

    def finish(self, seconds: float) -> None:
        """Have it written for the last time; wait for that, but no longer than `seconds`."""
        self._is_ending = True
        self.wake(at_once=True)
        self._thread.join(seconds)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self._woken.wait()
            self._woken.clear()
            # Before writing: what is told meanwhile is yet to be written.
            is_last = self._is_ending
            if self._is_written():
                pause = self._seconds
            else:
                pause, is_last = TRY_AGAIN_AFTER, False
                self._woken.set()
            self._hurried.wait(0 if is_last else pause)
            self._hurried.clear()

    def _is_written(self) -> bool:
        try:
            with forks.writing:
                self._write_and_close()
        except Error as error:
            if not self._is_failing:
                logger.warning("%s waits for the database: %s", self._thread.name, error)
            self._is_failing = True
            return False
        self._is_failing = False
        return True

    def _write_and_close(self) -> None:
        try:
            self._write()
        finally:
            # Not kept: a process that is forked meanwhile would hold the same connection.
            connection.close()
