"""Rows to look at, each with as little as its test does not care about."""

import itertools
import json
from datetime import datetime, timedelta

from django.utils import timezone
from django_celery_results.models import TaskResult

from dashboard.models import LockOut, SystemState
from dashboard.results.folding import fold_tasks
from dashboard.system.lines import State
from dashboard.system.looking import CHECKS
from movies.models import Import, Movie, Origin, Outcome, Search, SearchTerm
from notifications import sites
from notifications.models import Notification

numbers = itertools.count(1)


def search(
    term: str = "dune", at: datetime | None = None, new_at: datetime | None = None, **facts: object
) -> Search:
    """Write a search; its term is as old as its first search unless `new_at` says otherwise."""
    at = at or timezone.now()
    facts = {"origin": Origin.VISITOR, "outcome": Outcome.CACHED} | facts
    first = {"created_at": new_at or at, "origin": facts["origin"]}
    row, is_first = SearchTerm.objects.get_or_create(term=term, defaults=first)
    facts = {"is_first": is_first} | facts
    return Search.objects.create(term=row, created_at=at, **facts)


def imported(**facts: object) -> Import:
    """Write an import that is done, of a file of ten lines."""
    now = timezone.now()
    known = {"first_at": now, "last_at": now, "finished_at": now, "name": "old.csv"}
    hashed = f"{next(numbers):064}"
    return Import.objects.create(sha256=hashed, size=100, lines=10, **known | facts)


def film(**facts: object) -> Movie:
    number = next(numbers)
    return Movie.objects.create(imdb_id=f"tt{number:07}", title=f"Film {number}", **facts)


def notification(state: str = "sent", **facts: object) -> Notification:
    number = next(numbers)
    at = facts.get("created_at") or timezone.now()
    known = {"passed_at": at, "sent_at": at if state == "sent" else None}
    return Notification.objects.create(
        kind="new_search_term",
        dedup_key=f"test:{number}",
        message_id=f"<{number}@test>",
        site=sites.name(),
        subject="New Search Term",
        text="A new search term was used: 'dune'\n",
        state=state,
        **known | facts,
    )


def task_result(
    status: str = "SUCCESS",
    done: datetime | None = None,
    task: str | None = "movies.tasks.run_search",
    about: object = None,
    **facts: object,
) -> TaskResult:
    """Write a result as Celery does: the arguments are the JSON of a repr."""
    row = TaskResult.objects.create(task_id=f"task-{next(numbers)}", status=status)
    if about is not None:
        facts["task_args"] = json.dumps(f"({about},)")
    # date_done is written by itself; only an UPDATE can say otherwise.
    at = done or timezone.now()
    TaskResult.objects.filter(pk=row.pk).update(date_done=at, task_name=task, **facts)
    row.refresh_from_db()
    return row


def task(name: str | None = "movies.tasks.run_search", **facts: object) -> TaskResult:
    """Write a result and its record."""
    row = task_result(str(facts.pop("status", "SUCCESS")), task=name, **facts)
    fold_tasks(timezone.now())
    return row


def raised(exception: str, *words: str) -> str:
    """Return what Celery stores of an exception."""
    return json.dumps({"exc_type": exception, "exc_message": words, "exc_module": "builtins"})


TRACEBACK = """Traceback (most recent call last):
  File "/srv/.venv/lib/python3.12/site-packages/celery/app/trace.py", line 453, in trace_task
    R = retval = fun(*args, **kwargs)
                 ^^^^^^^^^^^^^^^^^^^^
  File "/srv/movies/tasks.py", line 17, in fill_refill_item
    return filling.run_item(item_id)
  File "/srv/movies/filling.py", line 94, in run_item
    detail = _fetch(item.movie.imdb_id)
  File "/srv/.venv/lib/python3.12/site-packages/requests/sessions.py", line 589, in request
    resp = self.send(prep, **send_kwargs)
requests.exceptions.ReadTimeout: Read timed out. (read timeout=10)
"""


def all_fine() -> None:
    """Write down that everything was found fine just now."""
    now = timezone.now()
    for check in CHECKS:
        SystemState.objects.create(
            key=check.key, state=State.FINE, since=now, looked_at=now, words="answers"
        )


def lock_out() -> LockOut:
    """Write a lock-out that began just now."""
    now = timezone.now()
    until = now + timedelta(minutes=15)
    return LockOut.objects.create(name="", address="192.0.2.7", locked_at=now, until=until)
