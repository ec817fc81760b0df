"""Results of tasks as Celery leaves them, and the records that a fold makes of them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from django_celery_results.models import TaskResult

from bench import databases
from bench.building import moments
from bench.loading import load, quickly
from dashboard.models import ErrorGroup, TaskRecord
from dashboard.results.drafting import STATES, drafts
from dashboard.results.folding import fold_batch

DAYS = 60
CHUNK = 100_000
# Of a thousand tasks: how many ended how, and which tasks they were.
STATUSES = {"SUCCESS": 970, "FAILURE": 20, "STARTED": 5, "REVOKED": 5}
NAMES = {
    "movies.tasks.fill_refill_item": ("item", 600),
    "movies.tasks.run_search": ("search", 300),
    "notifications.tasks.deliver": ("mail", 100),
}
EXCEPTION, WORDS = "ReadTimeout", "OMDb did not answer"
TRACEBACK = "Traceback of a request that was not answered. " * 30
CHECKED = 1000


def name_of(rows: int) -> str:
    return f"bench_results_{rows}"


def build(rows: int) -> str:
    """Make the database of so many results, use it, and return in words what it holds."""
    databases.create(name_of(rows))
    databases.use(name_of(rows))
    call_command("migrate", verbosity=0)
    User.objects.create_superuser("bench")
    began = np.datetime64((timezone.now() - timedelta(days=DAYS)).replace(tzinfo=None), "us")
    step = np.timedelta64(DAYS * 86_400_000_000 // rows, "us")
    with quickly([TaskResult, TaskRecord]):
        for first in range(1, rows + 1, CHUNK):
            numbers = np.arange(first, min(first + CHUNK, rows + 1))
            _load(numbers, began + numbers * step)
    # The errors, and with them the groups of the failures, by the product's own code.
    failed = TaskResult.objects.filter(status="FAILURE").values_list("pk", flat=True)
    for part in _parts(list(failed)):
        fold_batch(part)
    return f"{rows:,} results, {ErrorGroup.objects.count()} errors, {_checked()} records verified"


def _parts(keys: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(keys), 500):
        yield keys[first : first + 500]


def _load(numbers: Any, done: Any) -> None:
    chance = np.random.default_rng(int(numbers[0]))
    statuses = chance.choice(list(STATUSES), len(numbers), p=_shares(STATUSES.values()))
    names = chance.choice(list(NAMES), len(numbers), p=_shares(n for _, n in NAMES.values()))
    took = chance.integers(20, 2000, len(numbers))
    started = done - took.astype("timedelta64[ms]")
    _load_results(numbers.tolist(), names.tolist(), statuses.tolist(), started, done)
    ended = np.isin(statuses, ["SUCCESS", "REVOKED"])
    for chosen, times in (
        (ended, {"run_ms": took[ended].tolist()}),
        (statuses == "STARTED", {}),
    ):
        columns = (column[chosen] for column in (numbers, names, statuses, started, done))
        _load_records(*columns, times)


def _load_results(
    keys: list[int], names: list[str], statuses: list[str], started: Any, done: Any
) -> None:
    columns = {
        "id": keys,
        "task_id": [f"00000000-0000-4000-8000-{key:012}" for key in keys],
        "task_name": names,
        "task_args": [json.dumps(f"({key},)") for key in keys],
        "task_kwargs": '"{}"',
        "status": statuses,
        "worker": [f"bulk@worker{key % 4}" for key in keys],
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "result": [_result(status) for status in statuses],
        "traceback": [TRACEBACK if status == "FAILURE" else "" for status in statuses],
        "date_created": moments(started),
        "date_started": moments(started),
        "date_done": moments(done),
    }
    load("django_celery_results_taskresult", columns)


def _load_records(
    numbers: Any, names: Any, statuses: Any, started: Any, done: Any, times: dict[str, list[int]]
) -> None:
    columns = {
        "result_id": numbers.tolist(),
        "task": names.tolist(),
        "state": [str(STATES[status]) for status in statuses.tolist()],
        "about_kind": [NAMES[name][0] for name in names.tolist()],
        "about_id": numbers.tolist(),
        "asked_by": "",
        "started_at": moments(started),
        "changed_at": moments(done),
        "error": "",
    }
    load("dashboard_taskrecord", columns | times)


def _result(status: str) -> str:
    if status == "FAILURE":
        return json.dumps({"exc_type": EXCEPTION, "exc_message": [WORDS], "exc_module": "requests"})
    return '"done"'


def _shares(weights: Any) -> Any:
    found = np.array(list(weights), dtype=float)
    return found / found.sum()


def _checked() -> int:
    """Compare records with what a fold would make of their results; raise if one differs."""
    keys = list(TaskResult.objects.order_by("-pk").values_list("pk", flat=True)[:CHECKED])
    stored = TaskRecord.objects.in_bulk(keys)
    for draft in drafts(keys):
        made, known = vars(draft.record).copy(), vars(stored[draft.record.pk]).copy()
        for facts in (made, known):
            del facts["_state"]
            facts["group_id"] = None
        if made != known:
            raise RuntimeError(f"A record is {known}, a fold makes {made}.")
    return len(keys)
