"""What the Completeness page says, as JSON, and its weeks as rows of CSV. Shares are parts of 1."""

from collections.abc import Generator, Sequence
from datetime import date
from typing import Any

from dashboard.completeness import words
from dashboard.completeness.estimates import Share
from dashboard.completeness.reading import Completeness
from dashboard.completeness.week_series import Week
from movies.csv_safe import Cell

type Json = dict[str, Any]

# What has an interval, as a week calls it and as a heading does.
SHARES = {
    "chance": words.CHANCE,
    "first_time": "First-time terms",
    "new_films": "New films",
    "held": "Share held",
}


def week_rows(weeks: Sequence[Week]) -> Generator[Sequence[Cell]]:
    """Yield a line of headings and one a week; what was not measured is empty, never 0."""
    bounds = ("", ", at least", ", at most")
    yield (
        *("Start", "End", "Searches"),
        *(f"{heading}{bound}" for heading in SHARES.values() for bound in bounds),
        *("Films complete", "Unfinished"),
    )
    for week in weeks:
        yield (
            *(week.monday, week.sunday, week.searches),
            *(bound for name in SHARES for bound in getattr(week, name) or (None, None, None)),
            *(week.complete, "yes" if week.is_unfinished else "no"),
        )


def as_json(found: Completeness) -> Json:
    """Return all that the page says, in words and in numbers; None is not known."""
    return {
        "verdict": found.verdict,
        "direction": found.direction or None,
        "habits": words.habits(found),
        "habits_are_changing": found.is_changing,
        "trusted": found.trusted or None,
        "terms_counted_to": found.counted_to,
        "searches": found.searches,
        "left_out": found.left_out,
        "chance_of_new": _chance(found),
        "last_tenth": _last_tenth(found),
        "first_time": _share(found.first_time),
        "new_films": _new_films(found),
        "share_held": _held(found),
        "films_complete": _films(found),
        "weeks": [_week(week) for week in found.weeks],
    }


def _share(share: Share | None) -> Json | None:
    return share and share._asdict()


def _chance(found: Completeness) -> Json | None:
    """Return the estimate with what it is made of, so that it can be worked out again."""
    if found.chance is None or found.counted is None:
        return None
    counted = found.counted
    made_of = {name: getattr(counted, name) for name in ("searches", "terms", "once", "twice")}
    return found.chance._asdict() | made_of


def _last_tenth(found: Completeness) -> Json | None:
    last = found.last_tenth
    if last is None:
        return None
    days: dict[str, date] = {"from": last.first, "to": last.last}
    counts = {"searches": last.searches, "new": last.new, "expected": last.expected}
    return last.share._asdict() | days | counts


def _new_films(found: Completeness) -> Json | None:
    films = found.new_films
    if films is None:
        return None
    return films.share._asdict() | {"returned": films.returned, "new": films.new}


def _held(found: Completeness) -> Json | None:
    held = found.held
    if held is None:
        return None
    names = ("with_films", "without_films", "searches")
    return held.share._asdict() | {name: getattr(held, name) for name in names}


def _films(found: Completeness) -> Json | None:
    films = found.films
    if films is None:
        return None
    value = films.complete / films.held
    return {"value": value, "day": films.day, "held": films.held, "complete": films.complete}


def _week(week: Week) -> Json:
    return {
        "start": week.monday,
        "end": week.sunday,
        "searches": week.searches,
        **{name: _share(getattr(week, name)) for name in SHARES},
        "films_complete": week.complete,
        "is_unfinished": week.is_unfinished,
    }
