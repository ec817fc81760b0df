"""Write down how complete the cache was in each week, when it is over and while it runs."""

import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Sum
from django.db.models.functions import TruncWeek

from dashboard.completeness.counting import count_terms
from dashboard.days import end_of
from dashboard.models import CompletenessWeek, DayTotals, FilmDay, RollUp

SIX_DAYS = timedelta(days=6)
# A week that still runs, or whose searches still come in, is not counted more often.
PAUSE = timedelta(minutes=10)
# So long after its end what is held still tells of a week; no history of it is kept.
LATE = timedelta(days=1)
HELD = ("with_films", "with_films_squares", "held")


class Sums(NamedTuple):
    """What the totals of a week's days add up to."""

    searches: int
    first_time: int
    films_returned: int
    new_films: int


class Week(NamedTuple):
    monday: date
    everyone: bool


def keep_weeks(*, until: float | None = None) -> int:
    """Count the weeks that are due, the newest first; return how many that were.

    None is begun after `until`, a moment of time.monotonic(), but for the first. Safe to repeat,
    and to run several times at once. Waits for a rebuild that is under way.
    """
    roll_up = RollUp.objects.filter(pk=1, needs_rebuild=False).first()
    if roll_up is None or roll_up.figures_to is None:
        return 0
    kept = 0
    for week, sums in _due(roll_up.figures_to):
        if kept and until is not None and time.monotonic() >= until:
            break
        _keep(week, sums, roll_up.figures_to)
        kept += 1
    return kept


def count_again() -> None:
    """Have all weeks counted once more: their days have been put right."""
    CompletenessWeek.objects.update(is_due=True)


def _due(figures_to: datetime) -> Iterator[tuple[Week, Sums]]:
    """Yield the weeks that are not, or not any more, what their days add up to."""
    sums = _sums()
    rows = {Week(row.monday, row.everyone): row for row in CompletenessWeek.objects.all()}
    for week, row in rows.items():
        if row.is_due and week not in sums:
            row.delete()
    for week in sorted(sums, reverse=True):
        known = rows.get(week)
        if known is None or known.is_due or _has_grown(known, sums[week], figures_to):
            yield week, sums[week]


def _has_grown(known: CompletenessWeek, sums: Sums, figures_to: datetime) -> bool:
    """Return whether a week's days add up to something else, and it was not counted just now."""
    # A clock that was set back makes figures of the future, which are no younger.
    if timedelta(0) <= figures_to - known.figures_to < PAUSE:
        return False
    return any(getattr(known, name) != value for name, value in sums._asdict().items())


def _sums() -> dict[Week, Sums]:
    days = DayTotals.objects.filter(searches__gt=0).annotate(monday=TruncWeek("day")).order_by()
    sums = {name: Sum(name) for name in Sums._fields}
    found: defaultdict[Week, list[Sums]] = defaultdict(list)
    for monday, left_out, *values in days.values_list("monday", "left_out").annotate(**sums):
        for everyone in (True,) if left_out else (False, True):
            found[Week(monday, everyone)].append(Sums(*values))
    return {week: Sums(*map(sum, zip(*parts, strict=True))) for week, parts in found.items()}


def _keep(week: Week, sums: Sums, figures_to: datetime) -> None:
    """Write down a week, or leave it due if its searches were added to while it was counted."""
    sunday = week.monday + SIX_DAYS
    found = count_terms(week.monday, sunday, everyone=week.everyone)
    # All of a row is of one moment, or more terms were searched once than there were searches.
    if not sums.searches == found.all_searches >= found.searches:
        CompletenessWeek.objects.filter(**week._asdict()).update(is_due=True)
        return
    facts: dict[str, Any] = {"figures_to": figures_to, "is_due": False, **sums._asdict()}
    # Of older weeks the terms are gone, and what is known of them stays.
    if found.has_all_terms:
        facts |= {"once": found.once, "twice": found.twice}
    if figures_to < end_of(sunday) + LATE:
        facts |= {name: getattr(found, name) for name in HELD}
    films = FilmDay.objects.filter(day__range=(week.monday, sunday)).order_by("-day").first()
    if films:
        facts |= {"films_held": films.held, "films_complete": films.complete}
    CompletenessWeek.objects.update_or_create(**week._asdict(), defaults=facts)
