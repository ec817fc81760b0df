"""Far more searches in an hour than at that hour of the week, and at that hour of the day."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from dashboard.alerts.found import Found
from dashboard.alerts.hours import Hours
from dashboard.alerts.pages import period
from dashboard.days import site_date
from dashboard.front.spikes import PROVEN, Usual
from dashboard.models import Board, Incident, Snapshot
from dashboard.periods import view_of
from dashboard.ranks.boards import ENOUGH, Entry
from dashboard.ranks.refreshing import key_of
from dashboard.ranks.term_facts import names
from movies.formats import counted, number
from movies.words import clock

# Half as many again is provable on a large site, and nothing to write home about.
TIMES = 2.0
# The headline's six is for one rhythm; here six have to agree, those of the neighbours too.
SCORE = 4.0
# One visitor who tries many titles makes some twenty searches an hour.
FEWEST = 30
# Terms that are named.
NAMED = 3


def find(hours: Hours) -> Found | None:
    """Return the spike of the running hour or of the one before; None if neither has one.

    An hour that is not over is held against whole ones: it is a spike as soon as it is one,
    and a quiet beginning proves nothing.
    """
    for hour in reversed(hours.last(2)):
        if times := times_usual(hours.searches(hour), hours.usual(hour)):
            return _found(hours, hour, times)
    return None


def times_usual(searches: int, usual: Sequence[Usual]) -> float:
    """Return how many times what is usual an hour's searches are; 0 if they prove no spike.

    They stand out from each of the rhythms: from the same hour of the week, so that no Monday
    morning is a spike, and from the same hour of the last days, so that a site that has become
    twice as large is told of once, and not every hour of a month.
    """
    if searches < FEWEST or not usual or not all(_stands_out(searches, one) for one in usual):
        return 0.0
    return searches / max(1.0, *(one.mean for one in usual))


def _stands_out(searches: int, usual: Usual) -> bool:
    mean = max(usual.mean, 1.0)
    # A spread that is known from a few weeks may be small by chance; that of Poisson's law,
    # the root of the mean, is the least there can be.
    by_chance = (searches - mean) / math.sqrt(mean)
    is_proven = by_chance >= PROVEN and usual.score(searches) >= SCORE
    return is_proven and searches >= TIMES * mean


def _found(hours: Hours, hour: datetime, times: float) -> Found:
    searches, day = hours.searches(hour), site_date(hour)
    usual = max(one.mean for one in hours.usual(hour))
    until = "" if hour != hours.running else f" so far, to {clock(hours.now)}"
    found = Found(
        kind=Incident.Kind.SPIKE,
        since=hour,
        subject=f"Searches spike: {times:.1f} times as usual",
        sentence=f"Searches spike: {number(searches)} in the hour from {clock(hour)}{until}, "
        f"{times:.1f} times as usual.",
        figures=(
            ("Searches in the hour", number(searches)),
            ("Usual for this hour", f"about {number(round(usual))}"),
            ("Since", clock(hour)),
        ),
        page=period(day, day),
        words=f"Spike: {counted(searches, 'search', 'searches')} in an hour, "
        f"{times:.1f} times as usual",
    )
    return _with_terms(found, day)


def _with_terms(found: Found, day: date) -> Found:
    """Name the terms that rose most, as far as that is known.

    Part of a day is held against all of the one before: what is above that rises for sure.
    """
    snapshots = Snapshot.objects.filter(key=key_of(view_of({"period": "today"}, day)))
    top = Board.objects.filter(table="top", snapshot__in=snapshots.filter(outdated_at=None)).first()
    entries = [Entry(*row) for row in top.rows] if top else []
    above = [(one.searches - one.before, one) for one in entries if one.before is not None]
    # Most of what is new was searched once, and makes no spike.
    above = [(by, one) for by, one in above if by >= ENOUGH]
    rising = [one for _, one in sorted(above, key=lambda pair: -pair[0])[:NAMED]]
    if not rising:
        return found
    facts = names([one.term_id for one in rising])
    told = ", ".join(
        f'"{facts[one.term_id].term}" {number(one.searches)} after {number(one.before or 0)}'
        for one in rising
    )
    figures = (*found.figures, ("More than all of the day before", told))
    return replace(found, figures=figures, terms=tuple(one.term_id for one in rising))
