"""How long is kept what workers tell of themselves and of their runs."""

from datetime import datetime, timedelta

from dashboard.flow.workers import FORGOTTEN_AFTER
from dashboard.models import TaskHour, WorkerHeartbeat
from dashboard.rollup.retention import remove_by
from movies.services import remove_in_batches

KEEP_HOURS = timedelta(days=90)


def prune(now: datetime) -> dict[str, int]:
    """Remove what nobody needs any more; return how many, by what they were."""
    gone = WorkerHeartbeat.objects.filter(at__lt=now - FORGOTTEN_AFTER)
    old = TaskHour.objects.filter(hour__lt=now - KEEP_HOURS)
    return {"heartbeats": remove_in_batches(gone), "hours of tasks": remove_by(old, "hour")}
