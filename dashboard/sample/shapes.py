"""How the wish for something comes and goes: shares of an ordinary day, by date.

`ago` counts days back from the day on which the history was written; after it, it is negative.
"""

import math
from collections.abc import Callable
from datetime import date

type Shape = Callable[[int, date], float]

SPIKE_AGO = 17
RELEASE_AGO = 21
# Days from a release to its busiest one.
RISE = 8
FADES_FROM = 60
# What is left when nobody talks of it.
QUIET = 0.02
GONE_AGO = 32


def steady(ago: int, day: date) -> float:
    return 1.0


def spike(ago: int, day: date) -> float:
    """An actor is in the news: one day, and what is left of it on the days after."""
    return max(QUIET, 0.5 ** (SPIKE_AGO - ago)) if ago <= SPIKE_AGO else QUIET


def release(ago: int, day: date) -> float:
    """A film comes out: nobody knew it before; it rises, and falls more slowly."""
    since = RELEASE_AGO - ago
    if since < 0:
        return 0.0
    return (since + 1) / (RISE + 1) if since <= RISE else max(0.15, math.exp((RISE - since) / 12))


def series_of_release(ago: int, day: date) -> float:
    """People also look for the films that came before."""
    return 1.0 + 3 * release(ago, day)


def fading(ago: int, day: date) -> float:
    """Last summer's success."""
    return 1.0 if ago > FADES_FROM else max(QUIET, math.exp((ago - FADES_FROM) / 20))


def gone(ago: int, day: date) -> float:
    """Somebody's film club, until it ended."""
    return 1.0 if ago > GONE_AGO else 0.0


def season(month: int, number: int, width: int) -> Shape:
    """Return a wish that is there around one date of every year, for some `width` days."""

    def shape(ago: int, day: date) -> float:
        feasts = [date(day.year + years, month, number) for years in (-1, 0, 1)]
        nearest = min(abs((day - feast).days) for feast in feasts)
        return math.exp(-((nearest / width) ** 2))

    return shape
