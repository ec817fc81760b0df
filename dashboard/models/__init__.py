"""The dashboard's tables: read models, and what is remembered of people."""

from dashboard.models.figures import (
    BUSY,
    EMPTY,
    ActorDay,
    Board,
    DayTotals,
    FilmDay,
    HourTotals,
    RollUp,
    Snapshot,
    TermDay,
    Totals,
)
from dashboard.models.flow import ScheduledRun, TaskHour, WorkerHeartbeat
from dashboard.models.people import TemporaryPassword
from dashboard.models.tasks import ErrorGroup, TaskRecord, TaskWalk

__all__ = [
    "BUSY",
    "EMPTY",
    "ActorDay",
    "Board",
    "DayTotals",
    "ErrorGroup",
    "FilmDay",
    "HourTotals",
    "RollUp",
    "ScheduledRun",
    "Snapshot",
    "TaskRecord",
    "TaskWalk",
    "TaskHour",
    "TemporaryPassword",
    "TermDay",
    "Totals",
    "WorkerHeartbeat",
]
