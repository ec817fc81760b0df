"""Make records of results: the state of the work, its times, and what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from celery import states
from django_celery_results.models import TaskResult

from dashboard.models import TaskRecord
from dashboard.models.tasks import NAME_LENGTH
from dashboard.results.about import FAILED_WORDS, Work, about, works
from dashboard.results.fingerprints import Failure, loaded, raised
from dashboard.results.masking import mask
from movies.omdb_errors import OmdbError

State = TaskRecord.State
STATES = {
    states.PENDING: State.WAITING,
    states.RECEIVED: State.WAITING,
    states.STARTED: State.RUNNING,
    states.RETRY: State.RETRYING,
    states.SUCCESS: State.DONE,
    states.FAILURE: State.FAILED,
    states.REVOKED: State.CANCELLED,
    states.REJECTED: State.CANCELLED,
    states.IGNORED: State.CANCELLED,
}
NOT_KEPT = "The reason was not kept."


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that is not written yet, and its failure if it is one."""

    record: TaskRecord
    failure: Failure | None


def drafts(pks: Iterable[int]) -> list[Draft]:
    """Return a draft of each of these results that is still there."""
    results = list(
        TaskResult.objects.filter(pk__in=list(pks)).defer("traceback", "meta", "task_kwargs")
    )
    tracebacks = _tracebacks(results)
    known = works(about(result.task_name, result.task_args) for result in results)
    return [_draft(result, known, tracebacks.get(result.pk)) for result in results]


def _tracebacks(results: Sequence[Any]) -> dict[int, str | None]:
    failed = [result.pk for result in results if result.status == states.FAILURE]
    if not failed:
        return {}
    return dict(TaskResult.objects.filter(pk__in=failed).values_list("pk", "traceback"))


def _draft(result: Any, known: Any, traceback: str | None) -> Draft:
    kind, pk = about(result.task_name, result.task_args)
    work: Work | None = known.get((kind, pk))
    task = mask(result.task_name or "")[:NAME_LENGTH]
    state, failure = _ending(result, task, kind, work, traceback)
    queued_at = work.queued_at if work else None
    ended = result.status in states.READY_STATES
    record = TaskRecord(
        result_id=result.pk,
        task=task,
        state=state,
        about_kind=kind,
        about_id=pk,
        asked_by=work.asked_by if work else "",
        queued_at=queued_at,
        started_at=result.date_started,
        changed_at=result.date_done,
        wait_ms=_between(queued_at, result.date_started),
        run_ms=_between(result.date_started, result.date_done) if ended else None,
        error=failure.error if failure else "",
    )
    return Draft(record, failure)


def _ending(
    result: Any, task: str, kind: str, work: Work | None, traceback: str | None
) -> tuple[State, Failure | None]:
    """Return the state of the work: a task that ended well may have ended it as failed."""
    state = STATES.get(result.status, State.UNKNOWN)
    if state == State.FAILED:
        return state, raised(task, result.result, traceback)
    if state == State.DONE and kind and loaded(result.result) in FAILED_WORDS[kind]:
        words = mask(work.reason if work and work.reason else NOT_KEPT)
        return State.FAILED, Failure(task, _OMDB_ERRORS.get(words, ""), "", words)
    return state, None


def _between(began: datetime | None, ended: datetime | None) -> int | None:
    """Return milliseconds; a clock set back counts as 0."""
    if began is None or ended is None:
        return None
    return max(0, round((ended - began).total_seconds() * 1000))


def _named(error: type[OmdbError]) -> dict[str, str]:
    """Return what OMDb's errors say, each with the name of its class."""
    found = {error.default: error.__name__}
    for special in error.__subclasses__():
        found |= _named(special)
    return found


# A row keeps what the error said, not which it was.
_OMDB_ERRORS = _named(OmdbError)
