"""The counts of one process that runs tasks: kept in memory, and now and then written down.

A process that is killed takes along what it has not written: what ended within the last five
seconds, at most 500 runs, or since the database went away. What the database wrote without
being able to say so is written again, and so counted twice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock

from celery import states
from django.conf import settings
from django.db import Error, transaction
from django.db.models import Q

from dashboard.days import hour_of
from dashboard.flow.buckets import bucket_of
from dashboard.flow.writer import Writer
from dashboard.models import ScheduledRun, TaskHour
from dashboard.models.flow import RAN, WAITED
from dashboard.results.about import FAILED_WORDS, TASKS
from dashboard.rollup.adding import add_to, no_sums
from notifications.refusals import fit_to_store

SECONDS = 5.0
RUNS = 500
# No hour of any clock begins within one.
QUARTER = 15 * 60

State = ScheduledRun.State
STATES = {states.SUCCESS: State.DONE, states.RETRY: State.AGAIN}


@dataclass(frozen=True, slots=True)
class Run:
    """A run that ended at `ended_at`, in seconds since 1970.

    `waited` is None of a message that does not say when it was published, `ran` of a process
    that was killed.
    """

    task: str
    state: str
    ended_at: float
    waited: float | None
    ran: float | None
    # What it returned or raised.
    value: object


class Recorder:
    """Counts runs, and writes them on a thread of its own."""

    def __init__(self) -> None:
        self.writer = Writer("flow", self._write, seconds=SECONDS)
        self._scheduled = {planned["task"] for planned in settings.CELERY_BEAT_SCHEDULE.values()}
        self._lock = Lock()
        self._sums = no_sums()
        self._last: dict[str, Run] = {}
        self._unwritten = 0

    def add(self, run: Run) -> None:
        hour = _hour_of_quarter(int(run.ended_at // QUARTER))
        with self._lock:
            counts = self._sums[hour, run.task]
            counts["runs"] += 1
            if _is_failed(run):
                counts["failures"] += 1
            if run.waited is not None:
                counts[WAITED[bucket_of(run.waited)]] += 1
            if run.ran is not None:
                counts[RAN[bucket_of(run.ran)]] += 1
            if run.task in self._scheduled:
                self._last[run.task] = run
            self._unwritten += 1
            is_much = self._unwritten >= RUNS
        self.writer.wake(at_once=is_much)

    def _write(self) -> None:
        with self._lock:
            sums, last, unwritten = self._sums, self._last, self._unwritten
            self._sums, self._last, self._unwritten = no_sums(), {}, 0
        if not sums:
            return
        try:
            with transaction.atomic():
                add_to(TaskHour, sums)
                for run in last.values():
                    _remember(run)
        except Error:
            with self._lock:
                for key, counts in sums.items():
                    for name, count in counts.items():
                        self._sums[key][name] += count
                self._last = last | self._last
                self._unwritten += unwritten
            raise


def _is_failed(run: Run) -> bool:
    """Return whether the task failed, or ended well but its work as failed."""
    words = FAILED_WORDS.get(TASKS.get(run.task, ""), ())
    return run.state == states.FAILURE or run.value in words


# Asked at the end of each task, and the same for a quarter of an hour.
@lru_cache(maxsize=4)
def _hour_of_quarter(quarter: int) -> datetime:
    return hour_of(datetime.fromtimestamp(quarter * QUARTER, UTC))


def _remember(run: Run) -> None:
    """Write down the last run of a scheduled task, unless a later one is written already."""
    begun_at = datetime.fromtimestamp(run.ended_at - (run.ran or 0), UTC)
    facts = {
        "begun_at": begun_at,
        "seconds": run.ran,
        "state": STATES.get(run.state, State.FAILED),
        "words": _in_words(run.value),
    }
    rows = ScheduledRun.objects.filter(task=run.task)
    if not rows.filter(Q(begun_at=None) | Q(begun_at__lt=begun_at)).update(**facts):
        ScheduledRun.objects.bulk_create(
            [ScheduledRun(task=run.task, **facts)], ignore_conflicts=True
        )


def _in_words(value: object) -> str:
    if isinstance(value, BaseException):
        return fit_to_store(f"{type(value).__name__}: {value}")
    return "" if value is None else fit_to_store(str(value))
