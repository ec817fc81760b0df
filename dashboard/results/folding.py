"""Keep a record of every task result: those written lately, then all others, walked through.

A record mirrors its result, so that folding one twice changes nothing. What was written lately is
found by its time, with an overlap; a commit that comes later still, or with an older time, is found
by the walk, which looks at every result again and again. The walk also makes the records of
results that were there before.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q
from django_celery_results.models import TaskResult

from dashboard.models import ErrorGroup, TaskRecord, TaskWalk
from dashboard.results.about import held
from dashboard.results.drafting import Draft, drafts
from movies.querysets import LEASE

# Rows of one transaction: SQLite writes them in a hundredth of a second, and has one writer.
BATCH = 25
# Results that are compared with their records at once.
LOOK = 1000
# Longer than a result's time can be older than its commit, as a rule.
OVERLAP = timedelta(minutes=5)
# Beyond the hard limit no worker is at it any more.
LONGEST_RUN = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)

type Stamp = tuple[int, datetime]


def fold_tasks(now: datetime, *, until: float | None = None) -> int:
    """Bring the records up to date; return how many were written.

    What does not fit before `until`, a moment of time.monotonic(), is left to the next time;
    without it every result is looked at.
    """
    folded = _fold_recent(now, until) + _walk(until)
    notice_lost(now)
    return folded


def _fold_recent(now: datetime, until: float | None) -> int:
    latest = TaskRecord.objects.aggregate(latest=Max("changed_at"))["latest"]
    if latest is None:
        # The walk begins with the newest.
        return 0
    # A clock that was ahead must not hide what came after.
    since = min(latest, now) - OVERLAP
    rows = TaskResult.objects.filter(date_done__gte=since).order_by("date_done", "pk")
    folded = 0
    looked = _stamps(rows)
    while looked:
        folded += _fold_changed(looked, until)[0]
        pk, at = looked[-1]
        if len(looked) < LOOK or _is_over(until):
            break
        looked = _stamps(rows.filter(Q(date_done=at, pk__gt=pk) | Q(date_done__gt=at)))
    return folded


def _walk(until: float | None) -> int:
    """Go on with the walk, from the newest key to the oldest; one step where nothing differs."""
    walk, _ = TaskWalk.objects.get_or_create(pk=1)
    before, folded = walk.down_to, 0
    while True:
        rows = TaskResult.objects.order_by("-pk")
        if walk.down_to is not None:
            rows = rows.filter(pk__lt=walk.down_to)
        looked = _stamps(rows)
        written, is_whole = _fold_changed(looked, until)
        folded += written
        if not is_whole:
            break
        walk.down_to = looked[-1][0] if len(looked) == LOOK else None
        if walk.down_to is None or _is_over(until) or (until and not written):
            break
    if walk.down_to != before:
        walk.save()
    return folded


def _stamps(rows: "Iterable[TaskResult]") -> list[Stamp]:
    return list(rows.values_list("pk", "date_done")[:LOOK])  # type: ignore[attr-defined]


def _is_over(until: float | None) -> bool:
    return until is not None and time.monotonic() > until


def _fold_changed(looked: Sequence[Stamp], until: float | None) -> tuple[int, bool]:
    """Fold those whose record is of another moment, or is not there.

    Returns how many that was, and whether it was all of them: the time may be over before.
    """
    records = TaskRecord.objects.filter(pk__in=[pk for pk, _ in looked])
    known = dict(records.values_list("pk", "changed_at"))
    changed = [pk for pk, at in looked if known.get(pk) != at]
    folded = 0
    for batch in batched(changed, BATCH):
        if folded and _is_over(until):
            return folded, False
        began = time.monotonic()
        fold_batch(batch)
        folded += len(batch)
        if connection.vendor == "sqlite" and len(batch) == BATCH:
            # Whoever waits for its lock looks again only now and then, and must find it free.
            time.sleep(time.monotonic() - began)
    return folded, True


def fold_batch(pks: Iterable[int]) -> None:
    """Write the records of these results, in one transaction."""
    made = drafts(pks)
    written = [field.name for field in TaskRecord._meta.fields if not field.primary_key]
    with transaction.atomic():
        groups = _remember(made)
        for draft in made:
            if draft.failure:
                draft.record.group_id = groups[draft.failure.fingerprint]
        TaskRecord.objects.bulk_create(
            (draft.record for draft in made),
            update_conflicts=True,
            unique_fields=["result_id"],
            update_fields=written,
        )


def _remember(made: Sequence[Draft]) -> dict[str, int]:
    """Write the groups of failures, with when each was seen; return their keys."""
    groups: dict[str, ErrorGroup] = {}
    for group in _groups(made):
        known = groups.setdefault(group.fingerprint, group)
        known.first_seen = min(known.first_seen, group.first_seen)
        known.last_seen = max(known.last_seen, group.last_seen)
    if not groups:
        return {}
    ErrorGroup.objects.bulk_create(groups.values(), ignore_conflicts=True)
    stored = ErrorGroup.objects.filter(fingerprint__in=groups)
    for seen in groups.values():
        same = ErrorGroup.objects.filter(fingerprint=seen.fingerprint)
        same.filter(first_seen__gt=seen.first_seen).update(first_seen=seen.first_seen)
        same.filter(last_seen__lt=seen.last_seen).update(last_seen=seen.last_seen)
    return dict(stored.values_list("fingerprint", "pk"))


def _groups(made: Sequence[Draft]) -> Iterator[ErrorGroup]:
    for draft in made:
        if draft.failure:
            yield ErrorGroup(
                fingerprint=draft.failure.fingerprint,
                task=draft.failure.task,
                exception=draft.failure.exception,
                frame=draft.failure.frame,
                message=draft.failure.message,
                first_seen=draft.record.changed_at,
                last_seen=draft.record.changed_at,
            )


def notice_lost(now: datetime) -> int:
    """Mark what a worker began and nobody is at any more; return how many that was.

    If Celery delivers it again, its result is written again, and the record with it.
    """
    running = TaskRecord.objects.filter(state=TaskRecord.State.RUNNING)
    long_ago = running.filter(started_at__lt=now - LEASE).order_by("started_at")
    found = list(long_ago.values_list("pk", "about_kind", "about_id", "started_at")[:LOOK])
    alive = held(((kind, pk) for _, kind, pk, _ in found), now)
    lost = [
        key
        for key, kind, pk, began in found
        if (kind and (kind, pk) not in alive) or (began and began < now - LONGEST_RUN)
    ]
    if not lost:
        return 0
    return running.filter(pk__in=lost).update(state=TaskRecord.State.LOST)
