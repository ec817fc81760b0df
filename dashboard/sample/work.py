"""What would have happened around the sample searches: mails, a re-fill, the workers' results."""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from celery import states
from django.db import transaction
from django.utils import timezone
from django_celery_results.models import TaskResult

from dashboard.days import site_date
from dashboard.sample.films import complete, write_genres
from movies.catalogue import demo
from movies.models import Movie, Refill, RefillItem, Search, SearchTerm
from movies.omdb_errors import TimedOut
from notifications import announcing
from notifications.composing import compose
from notifications.models import Attempt, Notification
from notifications.states import Phase, State

# No mail is sent for what never happened; the address says so.
RECIPIENTS = ["admin@sample.invalid"]
MAIL_TOOK = timedelta(seconds=2)
# Two days before the history was written, the mail server refused for an hour.
REFUSED_AGO = 2
REFUSED_FROM, REFUSED_TO = time(17), time(18)
REFUSAL = "sample.invalid refused every recipient (550 no such user)."
REASON = "Sample history: films of the week"
REFILL = uuid.uuid5(uuid.NAMESPACE_DNS, "refill.sample.invalid")
REFILLED = 40
# Every so many films, OMDb did not answer for one.
FAILS_EVERY = 17
RESULTS = 150
FILL_TOOK = timedelta(milliseconds=700)


def announce(terms: Iterable[SearchTerm], until: datetime) -> None:
    """Write the mail about each of these new terms as one that was sent long ago."""
    written = Notification.objects.bulk_create(_announcement(term, until) for term in terms)
    Attempt.objects.bulk_create(
        Attempt(
            notification=notification,
            number=1,
            started_at=notification.created_at,
            ended_at=notification.created_at + MAIL_TOOK,
            outcome=Attempt.Outcome.SENT if notification.sent_at else Attempt.Outcome.PERMANENT,
            phase=Phase.DATA if notification.sent_at else Phase.CONNECT,
            code=250 if notification.sent_at else 550,
            error=notification.reason or "250 OK",
        )
        for notification in written
    )


def _announcement(term: SearchTerm, until: datetime) -> Notification:
    is_sent = not _was_refused(term.created_at, until)
    sent: dict[str, Any] = {
        "state": State.SENT,
        "recipients": RECIPIENTS,
        "sent_at": term.created_at + MAIL_TOOK,
    }
    failed: dict[str, Any] = {
        "state": State.FAILED,
        "reason": REFUSAL,
        "refused": dict.fromkeys(RECIPIENTS, "550 no such user"),
        "has_refused": True,
    }
    return compose(
        announcing.new_term(term),
        attempts=1,
        tries=1,
        passed_at=term.created_at,
        next_attempt_at=term.created_at,
        created_at=term.created_at,
        **sent if is_sent else failed,
    )


def _was_refused(moment: datetime, until: datetime) -> bool:
    clock = timezone.localtime(moment, timezone.get_default_timezone()).time()
    ago = (site_date(until) - site_date(moment)).days
    return ago == REFUSED_AGO and REFUSED_FROM <= clock < REFUSED_TO


@transaction.atomic
def write_refill(until: datetime) -> None:
    """Write a re-fill of yesterday that completed some films; once."""
    began = until - timedelta(days=1)
    movies = list(Movie.objects.incomplete().filter(created_at__lt=began).order_by("pk")[:REFILLED])
    refill, is_new = Refill.objects.get_or_create(
        request_id=REFILL,
        defaults={
            "reason": REASON,
            "created_at": began,
            "finished_at": began + timedelta(seconds=len(movies)),
        },
    )
    if not is_new:
        return
    items = [_refill_item(refill, movie, number) for number, movie in enumerate(movies, start=1)]
    changed = [item.movie for item in items if item.changes]
    Movie.objects.bulk_update(
        changed, ["is_full_record", "filled_at", "runtime_minutes", "plot"], batch_size=200
    )
    write_genres([(movie, demo().by_id[movie.imdb_id]) for movie in changed])
    RefillItem.objects.bulk_create(items)
    Refill.objects.filter(pk=refill.pk).recount()


def _refill_item(refill: Refill, movie: Movie, number: int) -> RefillItem:
    ended = refill.created_at + timedelta(seconds=number)
    item = RefillItem(
        refill=refill, movie=movie, attempts=1, due_at=refill.created_at, finished_at=ended
    )
    if number % FAILS_EVERY == 0:
        item.state, item.message = RefillItem.State.FAILED, TimedOut.default
        return item
    film = demo().by_id[movie.imdb_id]
    complete(movie, film, ended)
    item.state = RefillItem.State.CHANGED
    known: tuple[tuple[str, Any, Any], ...] = (
        ("runtime_minutes", None, movie.runtime_minutes),
        ("plot", "", movie.plot),
        ("genres", [], sorted(film.genres)),
    )
    item.changes = [
        {"field": name, "before": before, "after": after} for name, before, after in known if after
    ]
    return item


@transaction.atomic
def write_results() -> None:
    """Write what the workers would have kept of the newest searches that asked OMDb, and of the
    re-fill.
    """
    asked = Search.objects.finished().filter(attempts__gt=0).order_by("-pk")[:RESULTS]
    for search in asked:
        facts = _result("movies.tasks.run_search", search.pk, search.outcome)
        _write_result(str(search.uuid), facts, search.started_at, search.finished_at)
    for item in RefillItem.objects.filter(refill__request_id=REFILL).order_by("pk"):
        facts = _result("movies.tasks.fill_refill_item", item.pk, item.state)
        began = item.finished_at and item.finished_at - FILL_TOOK
        _write_result(str(uuid.uuid5(REFILL, str(item.pk))), facts, began, item.finished_at)


def _write_result(
    task_id: str, facts: dict[str, Any], began: datetime | None, ended: datetime | None
) -> None:
    facts |= {"date_started": began}
    result, is_new = TaskResult.objects.get_or_create(task_id=task_id, defaults=facts)
    if is_new:
        # Both are written by themselves; only an UPDATE can say otherwise.
        TaskResult.objects.filter(pk=result.pk).update(date_created=began, date_done=ended)


def _result(task: str, pk: int, value: str) -> dict[str, Any]:
    return {
        "task_name": task,
        "task_args": json.dumps(f"({pk},)"),
        "status": states.SUCCESS,
        "worker": "worker@sample",
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "result": json.dumps(value),
    }
