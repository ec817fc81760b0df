"""The scheduler of beat, which tells that it runs and what it starts next."""

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler
from django.utils import timezone

from dashboard.flow.version import VERSION
from dashboard.flow.writer import Writer
from notifications import health

NAME = "beat"
SECONDS = 3.0
LAST_WORD_WITHIN = 2.0


class Scheduler(PersistentScheduler):
    """Celery's own, with a heartbeat: each tick notes it, a thread beside writes it down."""

    def __init__(self, *args: Any, **options: Any) -> None:
        started_at = timezone.now()
        self._at = started_at
        self._told: dict[str, Any] = {"started_at": started_at.isoformat(), "version": VERSION}
        self._writer = Writer("heartbeat of beat", self._write, seconds=SECONDS)
        super().__init__(*args, **options)

    def tick(self, *args: Any, **options: Any) -> float:
        """Do what is due; return in how many seconds to look again."""
        pause = float(super().tick(*args, **options))
        self._at = timezone.now()
        self._told["entries"] = {name: _plan(entry) for name, entry in self.schedule.items()}
        self._writer.wake()
        return min(pause, SECONDS)

    def close(self) -> None:
        super().close()
        self._at = timezone.now()
        self._told["stopped_at"] = self._at.isoformat()
        self._writer.finish(LAST_WORD_WITHIN)

    def _write(self) -> None:
        health.beat(NAME, self._at, **self._told)


def _plan(entry: Any) -> dict[str, str | None]:
    """Return when an entry was last started, if it ever was, and when it is next."""
    is_due, seconds = entry.is_due()
    next_at = timezone.now() + timedelta(seconds=0 if is_due else seconds)
    sent_at = entry.last_run_at if entry.total_run_count else None
    return {"sent_at": sent_at and sent_at.isoformat(), "next_at": next_at.isoformat()}
