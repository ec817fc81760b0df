"""Scheduled work started by hand: once, however often it is asked for while it is on its way."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction

from dashboard.models import ScheduledRun
from movies.queueing import enqueue

# A message waits for a worker at least so long, even of what is due every few seconds.
LEAST_PATIENCE = timedelta(minutes=1)


class BrokerAway(Exception):
    """Nothing was started, for the broker did not take the message."""


def run_now(planned: Mapping[str, Any], user: User, now: datetime) -> ScheduledRun | None:
    """Have an entry of the schedule run; None if it was started.

    Returns the row that says who asked before, while that run has not ended. Raises BrokerAway.
    """
    patience = patience_of(planned)
    with transaction.atomic():
        ScheduledRun.objects.get_or_create(task=planned["task"])
        row = ScheduledRun.objects.select_for_update().get(task=planned["task"])
        if is_asked(row, patience, now):
            return row
        row.asked_at, row.asked_by = now, user
        row.save(update_fields=["asked_at", "asked_by"])
        LogEntry.objects.log_actions(user.pk, [row], CHANGE, "Asked for a run.", single_object=True)
    task = current_app.tasks[planned["task"]]
    if not enqueue(task, expires=patience.total_seconds()):
        rows = ScheduledRun.objects.filter(task=row.task, asked_at=now)
        rows.update(asked_at=None, asked_by=None)
        raise BrokerAway
    return None


def patience_of(planned: Mapping[str, Any]) -> timedelta:
    """Return how long a message that was asked for waits for a worker."""
    return max(LEAST_PATIENCE, timedelta(seconds=planned["options"]["expires"]))


def is_asked(row: ScheduledRun, patience: timedelta, now: datetime) -> bool:
    """Return whether a run that was asked for has not ended yet, and may still begin."""
    if row.asked_at is None or now - row.asked_at > patience:
        return False
    return row.begun_at is None or row.begun_at < row.asked_at
