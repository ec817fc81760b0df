"""Retry what failed by its rows, never by what Celery stored of the arguments.

A row whose object has succeeded since is skipped, and so is one that is on its way already.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

import movies.services
import notifications.services
from dashboard.models import ErrorGroup, TaskRecord
from dashboard.results.about import FAILED_WORDS, TASKS, rows_of
from dashboard.results.errors import MOST
from movies.models import ANSWERS, Refill, RefillItem, Search, SearchTerm
from movies.repeating import repeat
from notifications.models import Notification
from notifications.states import RETRIED

Kind = TaskRecord.Kind
# What one question names at most, the newest first.
MOST_RETRIED = 1000
# How the log's line begins that says what came of asking.
QUEUED = "Queued again:"


@dataclass(slots=True)
class Plan:
    """What would be retried, by its keys, and what is skipped."""

    again: list[int] = field(default_factory=list)
    # The rows that show that it has succeeded since.
    succeeded: list[Any] = field(default_factory=list)
    # Waiting, running, cancelled or gone: nothing to retry.
    left: int = 0
    is_cut: bool = False

    @property
    def whole(self) -> int:
        return len(self.again) + len(self.succeeded) + self.left


def plan(error: ErrorGroup, only: int | None = None) -> Plan:
    """Return what retrying an error would do; `only` narrows it to one of its tasks."""
    kind = TASKS.get(error.task)
    if kind is None:
        return Plan()
    records = error.records.filter(about_id__isnull=False)
    if only is not None:
        records = records.filter(pk=only)
    newest = records.order_by("-changed_at", "-pk").values_list("about_id", flat=True)
    keys = list(dict.fromkeys(key for key in newest[:MOST] if key))
    found = _PLANS[kind](keys[:MOST_RETRIED])
    found.is_cut = len(keys) > MOST_RETRIED
    return found


def _searches(keys: Sequence[int]) -> Plan:
    """Plan by the term, once each: its newest search stands for the others."""
    found, terms = Plan(), set()
    rows = rows_of(Kind.SEARCH, keys)
    for key in sorted(keys, reverse=True):
        search = rows.get(key)
        if search and search.term_id in terms:
            continue
        terms.add(search.term_id if search else None)
        since = _answered_since(search) if search else None
        if since:
            found.succeeded.append(since)
        elif search and _can_be_repeated(search):
            found.again.append(key)
        else:
            found.left += 1
    return found


def _can_be_repeated(search: Search) -> bool:
    # What an erased term said nobody knows.
    return search.outcome in FAILED_WORDS[Kind.SEARCH] and not search.term.erased_at


def _answered_since(search: Search) -> Search | SearchTerm | None:
    """Return the newest answer to the term of a search, if OMDb gave one after it was asked for.

    The term itself where that search is not kept any more.
    """
    answered_at = search.term.last_search
    if answered_at is None or answered_at < search.created_at:
        return None
    answers = Search.objects.filter(term=search.term_id, outcome__in=ANSWERS)
    return answers.order_by("-created_at").first() or search.term


def _items(keys: Sequence[int]) -> Plan:
    found = Plan()
    rows = rows_of(Kind.ITEM, keys)
    items = RefillItem.objects.filter(pk__in=keys).of_free_films()
    free = set(items.values_list("movie", flat=True))
    good = (RefillItem.State.CHANGED, RefillItem.State.UNCHANGED)
    for key in keys:
        item = rows.get(key)
        if item is None or item.state not in (*good, RefillItem.State.FAILED):
            found.left += 1
        elif item.state in good:
            found.succeeded.append(item)
        elif item.movie.is_full_record and not item.refill.include_complete:
            # Another re-fill, or a visitor's click, has brought it meanwhile.
            found.succeeded.append(item.movie)
        elif item.movie_id not in free:
            found.left += 1
        else:
            found.again.append(key)
            # It may have failed in another re-fill as well.
            free.remove(item.movie_id)
    return found


def _notifications(keys: Sequence[int]) -> Plan:
    found = Plan()
    # A mail without text cannot be sent again.
    again = set(
        Notification.objects.with_text()
        .filter(pk__in=keys, state__in=RETRIED)
        .values_list("pk", flat=True)
    )
    rows = rows_of(Kind.NOTIFICATION, keys)
    for key in keys:
        if key in again:
            found.again.append(key)
        elif key in rows and rows[key].state == Notification.State.SENT:
            found.succeeded.append(rows[key])
        else:
            found.left += 1
    return found


def last_retry(error: ErrorGroup) -> LogEntry | None:
    """Return who asked to retry an error last, and when."""
    this = ContentType.objects.get_for_model(ErrorGroup)
    entries = LogEntry.objects.filter(content_type=this, object_id=str(error.pk))
    asked = entries.exclude(change_message__startswith=QUEUED)
    return asked.select_related("user").order_by("-pk").first()


def claim(error: ErrorGroup, seen: int, keys: Iterable[int], user: User) -> LogEntry | None:
    """Write down what `user` asks to retry; of those who were shown the same question, one may.

    `seen` is the key of the last entry when the question was put, 0 for none. Returns the entry
    of whoever was first; None for the first.
    """
    with transaction.atomic():
        ErrorGroup.objects.select_for_update().get(pk=error.pk)
        last = last_retry(error)
        if last and last.pk != seen:
            return last
        _log(error, user, f"Asked to retry {len(_touched(error, keys)):,}.")
    return None


def retry(error: ErrorGroup, keys: Iterable[int], user: User) -> int:
    """Retry those of these rows that are still failed; write down and return how many."""
    kind = TASKS.get(error.task)
    if kind is None:
        return 0
    done = _DOING[kind](_PLANS[kind](_touched(error, keys)).again, user)
    _log(error, user, f"{QUEUED} {done:,}.")
    return done


def _touched(error: ErrorGroup, keys: Iterable[int]) -> list[int]:
    """Return those of these rows that the error touched, each once."""
    named = error.records.filter(about_id__in=list(keys)).values_list("about_id", flat=True)
    return [key for key in dict.fromkeys(named) if key]


def _log(error: ErrorGroup, user: User, words: str) -> None:
    LogEntry.objects.log_actions(user.pk, [error], CHANGE, words, single_object=True)


def _repeat(keys: Sequence[int], user: User) -> int:
    rows = rows_of(Kind.SEARCH, keys)
    done = (repeat(search.term, user) for search in rows.values())
    return sum(is_new for _, is_new in filter(None, done))


def _refill(keys: Sequence[int], user: User) -> int:
    refills = Refill.objects.filter(items__in=keys).distinct()
    words = "Asked to retry failed films, from the page of their error."
    LogEntry.objects.log_actions(user.pk, refills, CHANGE, words)
    return movies.services.retry_items(keys, user=user)


_PLANS: Mapping[str, Callable[[Sequence[int]], Plan]] = {
    Kind.SEARCH: _searches,
    Kind.ITEM: _items,
    Kind.NOTIFICATION: _notifications,
}
_DOING: Mapping[str, Callable[[Sequence[int], User], int]] = {
    Kind.SEARCH: _repeat,
    Kind.ITEM: _refill,
    Kind.NOTIFICATION: lambda keys, user: len(notifications.services.retry(keys, user)),
}
