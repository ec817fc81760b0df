"""Work that waits for a worker: how long the oldest has, and how much there is."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django_celery_results.models import TaskResult

from dashboard.flow import queues
from dashboard.system.lines import Figure, Line, broken, fine
from movies.formats import counted, duration, number
from movies.models import RefillItem, Search
from notifications.models import Notification

# What nobody has taken by then says that no worker is there.
PATIENCE = timedelta(minutes=2)
# Nobody counts further.
MOST = 1000

# Once a look, whose moment it is.
_oldest = lru_cache(maxsize=1)(queues.oldest)


def searches(now: datetime) -> Line:
    since = _oldest(now).search
    measured = _figure("search", since, now)
    if line := _fine(since, now, measured):
        return line
    return broken(
        _count(Search.objects.abandoned()),
        since=since,
        by_itself="they run once a worker is there, and nothing is lost.",
        you_can="start a worker that serves interactive.",
        figures=measured,
    )


def mails(now: datetime) -> Line:
    since = _oldest(now).mail
    measured = _figure("mail", since, now)
    if line := _fine(since, now, measured):
        return line
    return broken(
        _count(Notification.objects.due()),
        since=since,
        by_itself="the relay mails them once it runs and the server takes them.",
        you_can="look at the lines of the relay and of mail.",
        figures=measured,
    )


def films(now: datetime) -> Line:
    """A long re-fill waits for itself; only where no film moves a worker is missing."""
    since = _oldest(now).item
    measured = _figure("film", since, now)
    if line := _fine(since, now, measured):
        return line
    if since and _filled_lately(now):
        waited = duration((now - since).total_seconds())
        return fine(f"one after another, the oldest waits for {waited}", figures=measured)
    return broken(
        _count(RefillItem.objects.workable().filter(due_at__lte=now)),
        since=since,
        by_itself="they are filled once a worker is there.",
        you_can="start a worker that serves bulk.",
        figures=measured,
    )


def _filled_lately(now: datetime) -> bool:
    if RefillItem.objects.workable().filter(state="running", lease_until__gt=now).exists():
        return True
    # Between two films nobody holds one.
    ended = TaskResult.objects.filter(date_done__gt=now - PATIENCE)
    return ended.filter(task_name="movies.tasks.fill_refill_item").exists()


def _figure(what: str, since: datetime | None, now: datetime) -> tuple[Figure]:
    waited = max(0.0, (now - since).total_seconds()) if since else 0.0
    means = "How long the oldest has waited for a worker; 0 where none waits"
    return (Figure("marquee_oldest_waiting_seconds", means, waited, (("what", what),)),)


def _fine(since: datetime | None, now: datetime, measured: tuple[Figure]) -> Line | None:
    if since is None:
        return fine("none waits", figures=measured)
    if now - since > PATIENCE:
        return None
    waited = duration((now - since).total_seconds())
    return fine(f"the oldest waits for {waited}", figures=measured)


def _count(rows: QuerySet[Any]) -> str:
    count = rows.order_by()[: MOST + 1].count()
    return f"{number(MOST)}+ wait" if count > MOST else counted(count, "waits", "wait")
