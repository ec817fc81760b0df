"""Work that waits for a worker: how long the oldest has, and how much there is."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django_celery_results.models import TaskResult

from dashboard.system.lines import Figure, Line, broken, fine
from movies.formats import counted, duration, number
from movies.models import RefillItem, Search
from notifications.models import Notification

# What nobody has taken by then says that no worker is there.
PATIENCE = timedelta(minutes=2)
# Nobody counts further.
MOST = 1000


def searches(now: datetime) -> Line:
    # Wrapped, or SQLite would read all older searches by the index of their times, not the few
    # that are unfinished by theirs.
    waiting = Search.objects.abandoned().annotate(made_at=Coalesce("created_at", "created_at"))
    times = _first(waiting, "made_at")
    return _line(
        now,
        times,
        ("search", "waits", "wait"),
        by_itself="they run once a worker is there, and nothing is lost.",
        you_can="start a worker that serves interactive.",
    )


def mails(now: datetime) -> Line:
    unsorted = _first(Notification.objects.unsorted(), "pk", "created_at")
    due = _first(Notification.objects.due(), "next_attempt_at")
    return _line(
        now,
        [*unsorted, *due],
        ("mail", "waits", "wait"),
        by_itself="the relay mails them once it runs and the server takes them.",
        you_can="look at the lines of the relay and of mail.",
    )


def films(now: datetime) -> Line:
    """A long re-fill waits for itself; only where none moves somebody is missing."""
    times = _first(RefillItem.objects.abandoned(), "due_at")
    return _line(
        now,
        times,
        ("film", "waits", "wait"),
        is_moving=bool(times) and _filled_lately(now),
        by_itself="they are filled once a worker is there.",
        you_can="start a worker that serves bulk.",
    )


def _filled_lately(now: datetime) -> bool:
    if RefillItem.objects.unfinished().filter(lease_until__gt=now).exists():
        return True
    # Between two films nobody holds one.
    ended = TaskResult.objects.filter(date_done__gt=now - PATIENCE)
    return ended.filter(task_name="movies.tasks.fill_refill_item").exists()


def _first(rows: QuerySet, order: str, moment: str = "") -> list[datetime]:  # type: ignore[type-arg]  # of any row
    return list(rows.order_by(order).values_list(moment or order, flat=True)[: MOST + 1])


def _line(
    now: datetime,
    times: Iterable[datetime],
    noun: tuple[str, str, str],
    *,
    is_moving: bool = False,
    **facts: str,
) -> Line:
    times = sorted(times)
    name, waits, wait = noun
    waited = max(timedelta(0), now - times[0]) if times else timedelta(0)
    means = "How long the oldest has waited for a worker; 0 where none waits"
    oldest = Figure(
        "marquee_oldest_waiting_seconds", means, waited.total_seconds(), (("what", name),)
    )
    if not times:
        return fine("none waits", figures=(oldest,))
    if waited <= PATIENCE or is_moving:
        words = f"the oldest has waited {duration(waited.total_seconds())}"
        return fine(words, figures=(oldest,))
    count = f"{number(MOST)}+ {wait}" if len(times) > MOST else counted(len(times), waits, wait)
    return broken(count, since=times[0], figures=(oldest,), **facts)
