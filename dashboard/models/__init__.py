"""The dashboard's tables: read models, what is remembered of people, and how the system is."""

from dashboard.models.completeness import CompletenessWeek
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
    Worklist,
)
from dashboard.models.flow import ScheduledRun, TaskHour, WorkerHeartbeat
from dashboard.models.incidents import Incident
from dashboard.models.people import LockOut, PasswordReset, TemporaryPassword
from dashboard.models.system import SelfTest, SystemState
from dashboard.models.tasks import ErrorGroup, TaskRecord, TaskWalk

__all__ = [
    "BUSY",
    "EMPTY",
    "ActorDay",
    "Board",
    "CompletenessWeek",
    "DayTotals",
    "ErrorGroup",
    "FilmDay",
    "HourTotals",
    "Incident",
    "LockOut",
    "PasswordReset",
    "RollUp",
    "ScheduledRun",
    "SelfTest",
    "Snapshot",
    "SystemState",
    "TaskHour",
    "TaskRecord",
    "TaskWalk",
    "TemporaryPassword",
    "TermDay",
    "Totals",
    "WorkerHeartbeat",
    "Worklist",
]
