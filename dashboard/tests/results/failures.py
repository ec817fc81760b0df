"""Failures of each kind of work, folded into errors."""

from collections.abc import Sequence

from django.utils import timezone
from django_celery_results.models import TaskResult

from dashboard.models import ErrorGroup
from dashboard.results.folding import fold_tasks
from dashboard.tests import rows
from movies.models import Outcome, Refill, RefillItem, Search
from notifications.models import Notification

TIMED_OUT = "OMDb did not answer in time."


def failed_search(term: str = "dune", **facts: object) -> Search:
    facts = {"outcome": Outcome.FAILED, "message": TIMED_OUT} | facts
    search = rows.search(term, **facts)
    rows.task_result(about=search.pk, result='"failed"')
    return search


def failed_films(count: int = 1, refill: Refill | None = None) -> list[RefillItem]:
    refill = refill or Refill.objects.create(films=count, failed=count, finished_at=timezone.now())
    items = [
        RefillItem.objects.create(
            refill=refill, movie=rows.film(), state="failed", message=TIMED_OUT
        )
        for _ in range(count)
    ]
    for item in items:
        rows.task_result(task="movies.tasks.fill_refill_item", about=item.pk, result='"failed"')
    return items


def failed_mail(**facts: object) -> Notification:
    mail = rows.notification("failed", **{"reason": "550 no such user"} | facts)
    rows.task_result(task="notifications.tasks.deliver", about=mail.pk, result='"failed"')
    return mail


def failed_tick() -> TaskResult:
    return rows.task_result(
        "FAILURE",
        task="dashboard.tasks.prune",
        result=rows.raised("KeyError", "dune"),
        traceback=rows.TRACEBACK,
    )


def the_error() -> ErrorGroup:
    """Fold everything; return the one error that there is."""
    fold_tasks(timezone.now())
    return ErrorGroup.objects.get()


def the_errors() -> Sequence[ErrorGroup]:
    fold_tasks(timezone.now())
    return list(ErrorGroup.objects.order_by("pk"))
