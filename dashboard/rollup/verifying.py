"""Compare the read models with the searches they were folded from, while folds go on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Sum

from dashboard.models import DayTotals, RollUp
from dashboard.rollup.comparing import differing
from dashboard.rollup.covered import covered_days, covers
from dashboard.rollup.tables import TABLES, Row, Table

type Progress = Callable[[date], None]
type Tell = Callable[["Difference"], object]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of one row that is not what its searches add up to."""

    row: str
    measure: str
    stored: int
    counted: int

    def __str__(self) -> str:
        measure = self.measure.replace("_", " ")
        return f"{self.row}: {measure} is {self.stored:,}, should be {self.counted:,}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and how many measures differed."""

    days: int
    searches: int
    found: int


def verify(tell: Tell, *, progress: Progress | None = None) -> Report:
    """Check every covered day; raise OtherTimeZone. Nothing is locked and nothing changed.

    Each difference is told once its day has been looked at: there may be millions.
    """
    roll_up = _roll_up()
    days = searches = found = 0
    for day in covered_days(roll_up):
        differences = _differences(day)
        # Retention may have begun to remove its searches meanwhile; then the day is frozen.
        if differences and not covers(_roll_up(), day):
            continue
        days += 1
        searches += _searches(day)
        found += len(differences)
        for one in differences:
            tell(_named(day, *one))
        if progress:
            progress(day)
    return Report(days, searches, found)


def _roll_up() -> RollUp:
    return RollUp.objects.filter(pk=1).first() or RollUp(time_zone=settings.TIME_ZONE)


def _searches(day: date) -> int:
    rows = DayTotals.objects.filter(day=day).aggregate(searches=Sum("searches", default=0))
    return int(rows["searches"])


def _differences(day: date) -> list[tuple[Table, Row, int]]:
    """Return what differs: the table, the row, and the place of the measure in it."""
    return [
        (table, row, place)
        for table in TABLES
        for row in differing(table, day)
        for place, (stored, counted) in enumerate(zip(row.stored, row.counted, strict=True))
        if stored != counted
    ]


def _named(day: date, table: Table, row: Row, place: int) -> Difference:
    return Difference(
        row=f"{day:%-d %b %Y}, {table.name_of(row.key)}",
        measure=list(table.measures)[place],
        stored=row.stored[place],
        counted=row.counted[place],
    )
