"""One round of the roll-up: all that keeps the read models up to date."""

import time

from django.utils import timezone

from dashboard.completeness.weeks import keep_weeks
from dashboard.days import site_date
from dashboard.models import FilmDay
from dashboard.ranks.refreshing import refresh_due
from dashboard.results.folding import fold_tasks
from dashboard.rollup.firsts import take_back_firsts
from dashboard.rollup.folding import fold
from dashboard.rollup.rebuilding import go_on
from dashboard.rollup.zones import adopt_time_zone
from movies.models import Movie

# Of a round, so that the records of a long table of results leave time for the rest.
SECONDS_OF_TASKS = 2


def roll_up(*, seconds: float | None = None) -> int:
    """Fold what is finished, go on with a rebuild, look at films and tasks; return searches folded.

    Then count the weeks and work out the term tables that are due. What does not fit into
    `seconds` is left to the next round. Safe to repeat, and to run several times at once. Raises
    OtherTimeZone when another process has just adopted its own, and of rounds of so many seconds,
    which nobody asked for, when one has within a day.
    """
    until = None if seconds is None else time.monotonic() + seconds
    adopt_time_zone(is_asked=seconds is None)
    take_back_firsts(until=until)
    folded = fold(until=until)
    go_on(until=until)
    remember_films()
    fold_tasks(timezone.now(), until=until and min(until, time.monotonic() + SECONDS_OF_TASKS))
    keep_weeks(until=until)
    refresh_due(timezone.now(), until=until)
    return folded


def remember_films() -> None:
    """Write down how many films are held and complete today, if that has changed."""
    today = site_date(timezone.now())
    held = Movie.objects.count()
    films = {"held": held, "complete": held - Movie.objects.incomplete().count()}
    if not FilmDay.objects.filter(day=today, **films).exists():
        FilmDay.objects.update_or_create(day=today, defaults=films)
