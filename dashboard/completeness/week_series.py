"""The weeks of a period's page: each with what was measured of it, and how sure that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from dashboard.completeness import estimates
from dashboard.completeness.estimates import Share
from dashboard.days import site_date
from dashboard.models import CompletenessWeek

ONE_WEEK = timedelta(weeks=1)
# A shorter period is shown within its quarter.
LEAST = 13


class Facts(NamedTuple):
    """What is kept of a week, as in CompletenessWeek; its Monday is written as in JSON."""

    monday: str
    searches: int
    first_time: int
    films_returned: int
    new_films: int
    once: int | None
    twice: int | None
    with_films: int | None
    with_films_squares: int | None
    held: float | None
    films_held: int | None
    films_complete: int | None


@dataclass(frozen=True, slots=True)
class Week:
    """One week from Monday on; None was not measured at the time."""

    monday: date
    is_unfinished: bool
    searches: int | None = None
    chance: Share | None = None
    first_time: Share | None = None
    new_films: Share | None = None
    held: Share | None = None
    # Counted, so without an interval.
    complete: float | None = None

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def facts_of(first: date, last: date, figures_to: datetime, *, everyone: bool) -> list[Facts]:
    """Return the weeks that are known of a period, up to the one in which it ends."""
    end = _monday_of(min(last, site_date(figures_to)))
    begin = min(_monday_of(first), end - (LEAST - 1) * ONE_WEEK)
    rows = CompletenessWeek.objects.filter(monday__range=(begin, end), everyone=everyone)
    return [
        Facts(str(monday), *others)
        for monday, *others in rows.order_by("monday").values_list(*Facts._fields)
    ]


def weeks_of(facts: Iterable[Sequence[Any]], figures_to: datetime) -> tuple[Week, ...]:
    """Return the weeks from the first that is known to the last, those between included."""
    known = {date.fromisoformat(row[0]): Facts(*row) for row in facts}
    running = _monday_of(site_date(figures_to))
    found: list[Week] = []
    monday = min(known, default=date.max)
    while monday <= max(known, default=date.min):
        found.append(_week(known.get(monday), monday, is_unfinished=monday >= running))
        monday += ONE_WEEK
    return tuple(found)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(row: Facts | None, monday: date, *, is_unfinished: bool) -> Week:
    if row is None:
        return Week(monday, is_unfinished)
    chance = held = complete = None
    # What is measured together is null together.
    if row.once is not None:
        chance = estimates.chance_of_new(row.searches, row.once, row.twice or 0)
    if row.held is not None:
        held = estimates.weighted(row.held, row.with_films or 0, row.with_films_squares or 0)
    if row.films_held:
        complete = (row.films_complete or 0) / row.films_held
    return Week(
        monday,
        is_unfinished,
        searches=row.searches,
        chance=chance,
        first_time=estimates.counted_if_any(row.first_time, row.searches),
        new_films=estimates.counted_if_any(row.new_films, row.films_returned),
        held=held,
        complete=complete,
    )
