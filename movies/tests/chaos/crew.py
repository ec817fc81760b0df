"""The workers of a run, which are killed where they stand and started again."""

import multiprocessing
import os
import signal
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from movies.tests.chaos import worker as working

ENDS_WITHIN = 30

forking = multiprocessing.get_context("forkserver")
forking.set_forkserver_preload(working.PRELOADED)


@dataclass(eq=False)
class Worker:
    """One worker: a process and its child."""

    ready: Path
    process: multiprocessing.process.BaseProcess

    def signal(self, number: int) -> None:
        # Before it works it has no group of its own.
        (os.killpg if self.ready.exists() else os.kill)(self.process.pid, number)


@dataclass
class Crew:
    """All workers, the one that was started first in front."""

    folder: Path
    lease: float
    workers: list[Worker] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    def start(self) -> None:
        ready = self.folder / f"worker-{next(self.numbers)}"
        process = forking.Process(target=working.work, args=(ready, self.lease))
        process.start()
        self.workers.append(Worker(ready, process))

    def are_at_work(self) -> bool:
        return all(one.ready.exists() for one in self.workers)

    def kill_one(self) -> None:
        """Kill the one that has worked longest, and start another."""
        victim = self.workers.pop(0)
        victim.signal(signal.SIGKILL)
        victim.process.join()
        self.start()

    def end(self) -> None:
        """Let every worker finish what it is at, and end."""
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join(ENDS_WITHIN)
            if worker.process.exitcode is None:
                worker.signal(signal.SIGKILL)
        self.workers.clear()
