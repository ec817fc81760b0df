"""What the roll-up would make of a day's searches, worked out in arrays."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.loading import load, text
from bench.traffic import CACHED, FAILED, MICRO, OUTCOMES, Day
from dashboard.days import hours_of


def load_read_models(day: Day) -> int:
    """Write a day's rows but those of its searchers; return how many a day and term."""
    measures = measures_of(day)
    outcomes = {str(name): day.outcome == code for code, name in enumerate(OUTCOMES)}
    side = day.left_out
    rows, terms = _by_side_within(day.term, side, measures)
    people = _by_side_within(day.actor, side, {"searches": day.actor > 0})[0]
    _load_totals(
        "dashboard_daytotals",
        {"day": [str(day.day)] * 2},
        np.zeros(len(side), int),
        side,
        measures | outcomes,
        {"terms": _sides(rows), "searchers": _sides(people)},
    )
    hours = hours_of(day.day)
    starts = np.array([int(hour.timestamp() * MICRO) for hour in hours])
    _load_totals(
        "dashboard_hourtotals",
        {"hour": [text(hour) for hour in hours for _ in range(2)]},
        np.searchsorted(starts, day.at, side="right") - 1,
        side,
        measures | outcomes,
        {},
    )
    _load_film_day(day)
    return load("dashboard_termday", {"day": str(day.day), "term_id": terms.tolist()} | rows)


def measures_of(day: Day) -> dict[str, NDArray[np.bool_]]:
    """Return which searches add one to each measure, in the order of the columns."""
    unanswered = day.outcome == FAILED
    nothing = ~unanswered & (day.films == 0)
    return {
        "searches": np.ones(len(day.at), bool),
        "from_cache": (day.outcome == CACHED) & (day.films > 0),
        "nothing_found": nothing,
        "not_answered": unanswered,
        "first_time": day.is_first,
    }


def _by_side_within(
    key: NDArray[np.int64], side: NDArray[np.bool_], measures: dict[str, NDArray[np.bool_]]
) -> tuple[dict[str, list[int]], NDArray[np.int64]]:
    """Return each measure by key, those left out apart, and the keys."""
    keys, places = np.unique(key, return_inverse=True)
    rows = {}
    for prefix, which in (("", ~side), ("left_out_", side)):
        for name, flags in measures.items():
            counts = np.bincount(places[flags & which], minlength=len(keys))
            rows[prefix + name] = counts.tolist()
    return rows, keys


def _sides(rows: dict[str, list[int]]) -> list[int]:
    """Return how many keys are in the figures, and how many only those left out have."""
    shown, others = np.array(rows["searches"]), np.array(rows["left_out_searches"])
    return [int((shown > 0).sum()), int(((shown == 0) & (others > 0)).sum())]


def _load_totals(
    table: str,
    keys: dict[str, list[str]],
    place: NDArray[np.int64],
    side: NDArray[np.bool_],
    measures: dict[str, NDArray[np.bool_]],
    people: dict[str, list[int]],
) -> None:
    """Write two rows a place, one of them for those left out, but none without a search."""
    rows = len(next(iter(keys.values())))
    columns: dict[str, list[Any]] = {**keys, "left_out": [0, 1] * (rows // 2), **people}
    for name, flags in measures.items():
        both = (2 * place + side)[flags]
        columns[name] = np.bincount(both, minlength=rows).tolist()
    kept = [number for number, count in enumerate(columns["searches"]) if count]
    load(table, {name: [column[n] for n in kept] for name, column in columns.items()})


def load_actors(day: Day) -> None:
    rows, keys = _by_side_within(day.actor, day.left_out, {"searches": day.actor > 0})
    # The first one may be nobody, and is in no row.
    nobody = int(0 in keys)
    load(
        "dashboard_actorday",
        {"day": str(day.day), "actor": actors(day.day, keys)[nobody:]}
        | {name: column[nobody:] for name, column in rows.items()},
    )


def actors(day: date, numbers: NDArray[np.int64]) -> list[str]:
    """Return what searchers of a day are called in their rows; nobody is empty."""
    prefix = f"{day.toordinal():08x}"
    return [f"{prefix}{number:024x}" if number else "" for number in numbers.tolist()]


def _load_film_day(day: Day) -> None:
    load("dashboard_filmday", {"day": [str(day.day)], "held": 1000, "complete": 900})
