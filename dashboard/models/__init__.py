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
from dashboard.models.people import TemporaryPassword

__all__ = [
    "BUSY",
    "EMPTY",
    "ActorDay",
    "Board",
    "DayTotals",
    "FilmDay",
    "HourTotals",
    "RollUp",
    "Snapshot",
    "TemporaryPassword",
    "TermDay",
    "Totals",
]
