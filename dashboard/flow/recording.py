"""What Celery's signals tell of each run: counted where tasks run, and where workers see them die.

In a worker of many processes the tasks run in its children; the worker itself only hears of
those that were killed, which can tell nothing any more.
"""

import os
import time
from typing import Any

from celery import signals, states

from dashboard.flow.recorder import Recorder, Run

# The header of a message that says when it was published, in seconds since 1970.
PUBLISHED_AT = "published_at"
# Of a process that ends, and whose database is away: whoever stops it waits no longer either.
LAST_WORD_WITHIN = 4.0
KILLED = "Its process was killed while it ran."

_recorder = Recorder()
# When the tasks began that this process runs, by their ids.
_began: dict[str, float] = {}


def connect() -> None:
    for signal, receiver in (
        (signals.before_task_publish, note_published),
        (signals.task_prerun, note_begun),
        (signals.task_postrun, count_run),
        (signals.worker_init, hear_of_the_killed),
        (signals.worker_process_shutdown, write_the_rest),
        (signals.worker_shutdown, write_the_rest),
    ):
        signal.connect(receiver, dispatch_uid=receiver.__name__)


def hear_of_the_killed(**facts: object) -> None:
    """Count, in a worker alone, what Celery says of runs that its processes cannot tell of."""
    signals.task_failure.connect(count_killed, dispatch_uid="count_killed")
    signals.task_retry.connect(count_killed_and_repeated, dispatch_uid="count_killed_and_repeated")


def note_published(headers: dict[str, Any], **facts: object) -> None:
    headers[PUBLISHED_AT] = time.time()


def note_begun(task_id: str, **facts: object) -> None:
    _began[task_id] = time.perf_counter()


def count_run(task_id: str, task: Any, state: str, retval: object, **facts: object) -> None:
    ran = time.perf_counter() - _began.pop(task_id)
    now = time.time()
    published_at = getattr(task.request, PUBLISHED_AT, None)
    waited = None if published_at is None else now - ran - published_at
    _recorder.add(Run(task.name, state, now, waited, ran, retval))


def count_killed(sender: Any, task_id: str, **facts: object) -> None:
    if task_id not in _began:
        _recorder.add(Run(sender.name, states.FAILURE, time.time(), None, None, KILLED))


def count_killed_and_repeated(sender: Any, request: Any, **facts: object) -> None:
    count_killed(sender, request.id)


def write_the_rest(**facts: object) -> None:
    _recorder.writer.finish(LAST_WORD_WITHIN)


def start_afresh() -> None:
    """Forget what the process counted from which this one was forked: it writes that itself."""
    global _recorder
    _recorder = Recorder()
    _began.clear()


os.register_at_fork(after_in_child=start_afresh)
