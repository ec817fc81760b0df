"""How long is kept what workers tell of themselves."""

from datetime import datetime

from dashboard.flow.workers import FORGOTTEN_AFTER
from dashboard.models import WorkerHeartbeat
from movies.services import remove_in_batches


def prune(now: datetime) -> dict[str, int]:
    """Remove what nobody needs any more; return how many, by what they were."""
    gone = WorkerHeartbeat.objects.filter(at__lt=now - FORGOTTEN_AFTER)
    return {"heartbeats": remove_in_batches(gone)}
