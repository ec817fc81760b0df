"""The workers of a run, which are killed and started again, or stopped and woken as zombies."""

import multiprocessing
import os
import signal
import sqlite3
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from django.db import connection
from django.db.models import F

from notifications.models import Attempt
from notifications.states import Phase, State
from notifications.tests.chaos import worker as working

# What a worker sent to its database before it was struck is written by then.
ON_ITS_WAY = 0.1
ENDS_WITHIN = 30

forking = multiprocessing.get_context("forkserver")
forking.set_forkserver_preload(working.PRELOADED)


@dataclass(eq=False)
class Worker:
    """One worker: a process and its children, which are struck together."""

    trade: str
    ready: Path
    process: multiprocessing.process.BaseProcess
    is_stopped: bool = False

    def signal(self, number: int) -> None:
        # Before it works it has no group of its own.
        (os.killpg if self.ready.exists() else os.kill)(self.process.pid, number)

    def attempts(self) -> list[tuple[int, int]]:
        """Return notification and number of each attempt that it began and did not end."""
        begun = Attempt.objects.filter(
            notification__state=State.SENDING, notification__tries=F("number")
        ).exclude(notification__phase=Phase.CLAIMED)
        rows = begun.values_list("notification_id", "number", "worker")
        return [(pk, number) for pk, number, name in rows if _group(name) == self.process.pid]


@dataclass
class Crew:
    """All workers; `kills` and `stops` hold the attempts that each of them broke into."""

    folder: Path
    lease: float
    workers: list[Worker] = field(default_factory=list)
    kills: list[list[tuple[int, int]]] = field(default_factory=list)
    stops: list[list[tuple[int, int]]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    def start(self, trade: str) -> None:
        ready = self.folder / f"{trade}-{next(self.numbers)}"
        process = forking.Process(target=working.work, args=(trade, ready, self.lease))
        process.start()
        self.workers.append(Worker(trade, ready, process))

    def at_work(self) -> list[Worker]:
        return [one for one in self.workers if one.ready.exists() and not one.is_stopped]

    def kill(self, worker: Worker) -> None:
        """Kill a worker where it stands, and start another one of its trade."""
        # Stopped first, so that what it was at can be read.
        worker.signal(signal.SIGSTOP)
        time.sleep(ON_ITS_WAY)
        self.kills.append(worker.attempts())
        worker.signal(signal.SIGKILL)
        worker.process.join()
        self.workers.remove(worker)
        self.start(worker.trade)

    def stop(self, worker: Worker) -> None:
        """Stop a worker where it stands, unless everybody else would have to wait for it."""
        worker.signal(signal.SIGSTOP)
        time.sleep(ON_ITS_WAY)
        while _holds_the_database():
            worker.signal(signal.SIGCONT)
            time.sleep(ON_ITS_WAY)
            worker.signal(signal.SIGSTOP)
        worker.is_stopped = True
        self.stops.append(worker.attempts())

    def wake(self, worker: Worker) -> None:
        worker.signal(signal.SIGCONT)
        worker.is_stopped = False

    def end(self) -> None:
        """Let every worker finish what it is at, and end."""
        for worker in self.workers:
            if worker.process.is_alive():
                worker.signal(signal.SIGCONT)
                worker.process.terminate()
        for worker in self.workers:
            worker.process.join(ENDS_WITHIN)
            if worker.process.exitcode is None:
                worker.signal(signal.SIGKILL)
        self.workers.clear()


def _group(name: str) -> int:
    """Return the process group of a worker's name, host:pid; 0 when it is gone."""
    try:
        return os.getpgid(int(name.rpartition(":")[2]))
    except ProcessLookupError:
        return 0


def _holds_the_database() -> bool:
    """Return whether nobody can write: SQLite has one writer, and the one that stopped is it."""
    if connection.vendor != "sqlite":
        return False
    database = sqlite3.connect(connection.settings_dict["NAME"], timeout=1, isolation_level=None)
    try:
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        database.close()
    return False
