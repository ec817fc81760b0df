"""What a snapshot keeps of a period's completeness: its terms counted, and its weeks."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from dashboard.completeness import week_series
from dashboard.completeness.counting import Counted, count_terms
from dashboard.completeness.week_series import Week
from dashboard.models import Snapshot


@dataclass(frozen=True, slots=True)
class Kept:
    """`figures_to` is what it is of; it and what is counted are None before the first time."""

    figures_to: datetime | None = None
    counted: Counted | None = None
    weeks: tuple[Week, ...] = ()

    @classmethod
    def read(cls, found: Mapping[str, Any], figures_to: datetime) -> Self:
        """Return what `work_out` returned, be it from JSON."""
        weeks = week_series.weeks_of(found["weeks"], figures_to)
        return cls(figures_to, Counted(**found["counted"]), weeks)


def kept_of(snapshot: Snapshot) -> Kept:
    """Return what a snapshot keeps, at no query."""
    if snapshot.figures_to is None:
        return Kept()
    return Kept.read(snapshot.completeness, snapshot.figures_to)


def work_out(first: date, last: date, figures_to: datetime, *, everyone: bool) -> dict[str, Any]:
    """Return what is to be kept of a period, as JSON takes it."""
    return {
        "counted": asdict(count_terms(first, last, everyone=everyone)),
        "weeks": week_series.facts_of(first, last, figures_to, everyone=everyone),
    }
