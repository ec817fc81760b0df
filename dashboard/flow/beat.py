"""What beat starts by itself: how often, how it went last, and whether it is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery.schedules import crontab, maybe_schedule
from django.conf import settings

from dashboard.admin.task_labels import plain_name
from dashboard.flow.by_hand import is_asked, patience_of
from dashboard.flow.scheduler import NAME
from dashboard.flow.workers import workers
from dashboard.models import ScheduledRun
from movies import formats
from notifications.models import Heartbeat

SILENT_AFTER = timedelta(seconds=30)
# A run that is due waits for its turn in the queue, and its message travels.
LEAST_MARGIN, MOST_MARGIN = timedelta(seconds=30), timedelta(minutes=10)
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Beat:
    """Beat as it last told of itself; it is silent if it says no more and did not say it stops.

    `plans` holds by the name of an entry when it was started last, and when it is next.
    """

    at: datetime
    started_at: datetime
    stopped_at: datetime | None
    is_silent: bool
    version: str
    plans: Mapping[str, Mapping[str, str | None]]

    @property
    def is_alive(self) -> bool:
        return not (self.stopped_at or self.is_silent)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is started by itself, and its last run that ended; its facts are None before the first.

    `running_since` is when the run began that goes on, if one does. `next_at` is None while beat
    says nothing. Late is what should have begun at `due_at`; missed is what will not begin any
    more, because its message expired.
    """

    name: str
    task: str
    words: str
    how_often: str
    last_at: datetime | None
    last_state: str
    last_words: str
    last_seconds: float | None
    running_since: datetime | None
    next_at: datetime | None
    due_at: datetime | None
    is_late: bool
    is_missed: bool
    # Who asked for a run by hand that has not ended yet.
    asked: ScheduledRun | None


def beat_at() -> datetime | None:
    """Return when beat last ticked; None if it never did."""
    return Heartbeat.objects.filter(name=NAME).values_list("at", flat=True).first()


def beat(now: datetime) -> Beat | None:
    """Return how beat is; None if it never ran."""
    row = Heartbeat.objects.filter(name=NAME).first()
    if row is None:
        return None
    stopped_at = _moment(row.info.get("stopped_at"))
    return Beat(
        at=row.at,
        started_at=datetime.fromisoformat(row.info["started_at"]),
        stopped_at=stopped_at,
        is_silent=stopped_at is None and now - row.at > SILENT_AFTER,
        version=row.info["version"],
        plans=row.info.get("entries", {}),
    )


def entries(now: datetime) -> list[Entry]:
    """Return everything that beat starts, in the order of the settings."""
    found = beat(now)
    runs = ScheduledRun.objects.select_related("asked_by").in_bulk()
    alive = [worker for worker in workers(now) if worker.is_alive]
    running = {one.task: one.since for worker in alive for one in worker.running}
    schedule: Mapping[str, Any] = settings.CELERY_BEAT_SCHEDULE
    return [
        _entry(
            name,
            planned,
            runs.get(planned["task"]) or ScheduledRun(),
            running.get(planned["task"]),
            found,
            now,
        )
        for name, planned in schedule.items()
    ]


def how_often(schedule: Any) -> str:
    """Return `every 15 s` or `every day at 03:30`; another crontab as it is written."""
    if isinstance(schedule, crontab):
        fields = str(schedule).partition(": ")[2].partition(" (")[0].split()
        minute, hour, *others = fields
        if minute.isdigit() and hour.isdigit() and set(others) == {"*"}:
            return f"every day at {int(hour):02}:{int(minute):02}"
        return f"by crontab {' '.join(fields)}"
    seconds = schedule.run_every.total_seconds()
    return f"every {seconds:g} s" if seconds < MINUTE else f"every {formats.duration(seconds)}"


def _entry(
    name: str,
    planned: Mapping[str, Any],
    run: ScheduledRun,
    running_since: datetime | None,
    found: Beat | None,
    now: datetime,
) -> Entry:
    schedule: Any = maybe_schedule(planned["schedule"])
    plan = found.plans.get(name, {}) if found else {}
    # A run is written down when it ends, and some take long.
    due_at = _due_at(schedule, running_since or run.begun_at, plan)
    expires = timedelta(seconds=planned["options"]["expires"])
    is_late, is_missed = _lateness(now - due_at if due_at else timedelta(), expires)
    return Entry(
        name=name,
        task=planned["task"],
        words=plain_name(planned["task"]),
        how_often=how_often(schedule),
        last_at=run.begun_at,
        last_state=run.state,
        last_words=run.words,
        last_seconds=run.seconds,
        running_since=running_since,
        next_at=_moment(plan.get("next_at")) if found and found.is_alive else None,
        due_at=due_at,
        is_late=is_late,
        is_missed=is_missed,
        asked=run if is_asked(run, patience_of(planned), now) else None,
    )


def _lateness(late_by: timedelta, expires: timedelta) -> tuple[bool, bool]:
    """Return whether a run is late, and whether it is missed, which is more than that."""
    margin = min(max(expires, LEAST_MARGIN), MOST_MARGIN)
    is_missed = late_by > max(expires, margin) + margin
    return late_by > margin and not is_missed, is_missed


def _due_at(
    schedule: Any, begun_at: datetime | None, plan: Mapping[str, str | None]
) -> datetime | None:
    """Return when the run after the last one was to begin; of none, when beat means it to."""
    if begun_at is None:
        return _moment(plan.get("sent_at") or plan.get("next_at"))
    due_at: datetime = schedule.now() + schedule.remaining_estimate(begun_at)
    return due_at


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
