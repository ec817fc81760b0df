"""The searches of one invented day: how many, when, by whom and for what."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from django.utils import timezone

from dashboard.days import site_date
from dashboard.sample.interests import Interest, dice
from movies.models import Origin

# From Monday on; their mean is 1.
WEEK = (0.84, 0.82, 0.87, 0.93, 1.13, 1.25, 1.16)
# From midnight on, on the site's clock.
WORKDAY = (6, 3, 2, 1, 1, 2, 6, 13, 16, 17, 18, 21, 28, 24, 20, 21, 26, 34, 48, 68, 82, 80, 54, 24)
WEEKEND = (12, 7, 4, 2, 1, 1, 3, 7, 15, 26, 34, 38, 40, 44, 50, 52, 54, 58, 66, 82, 92, 86, 62, 34)
MOST_GROWTH = 1.3


@dataclass(frozen=True, slots=True)
class Visit:
    """One search that somebody makes."""

    at: datetime
    term: str
    origin: Origin
    actor: str
    is_bot: bool


@dataclass(frozen=True, slots=True)
class Searcher:
    """One kind of searcher: of all who come, what part, and how many searches at once."""

    part: float
    searches: Sequence[int]
    origin: Origin = Origin.VISITOR
    is_bot: bool = False


SEARCHERS = (
    Searcher(0.93, (1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6)),
    Searcher(0.025, (2, 4, 8), is_bot=True),
    Searcher(0.03, (1, 1, 2), origin=Origin.STAFF),
    Searcher(0.015, (1,), origin=Origin.COMMAND),
)


def volume(ago: int, day: date) -> float:
    """Return how busy a day is, against a mean one: the weekday, and a slow growth."""
    return WEEK[day.weekday()] * min(MOST_GROWTH, 1.12 - 0.0027 * ago)


@dataclass(frozen=True, slots=True)
class Story:
    """What makes one history differ from another; the same story has the same searches."""

    seed: int
    searches_a_day: float
    # The day on which it was first told.
    today: date
    interests: Sequence[Interest]

    def visits(self, day: date) -> list[Visit]:
        """Return the searches of one site day, the earliest first."""
        chance = dice(self.seed, day)
        ago = (self.today - day).days
        shares = [interest.share * interest.shape(ago, day) for interest in self.interests]
        wish = _Wish(self.interests, list(accumulate(shares)))
        mean = self.searches_a_day * volume(ago, day) * wish.shares[-1]
        count = round(mean * chance.gauss(1, 0.04))
        visits: list[Visit] = []
        while len(visits) < count:
            visits += _session(day, wish, chance)
        return sorted(visits, key=lambda visit: visit.at)


@dataclass(frozen=True, slots=True)
class _Wish:
    """Everything looked for on a day; `shares` are added up, as random.choices wants them."""

    interests: Sequence[Interest]
    shares: list[float]

    def one(self, chance: random.Random) -> str:
        return chance.choices(self.interests, cum_weights=self.shares)[0].term


def _session(day: date, wish: _Wish, chance: random.Random) -> list[Visit]:
    """Return what one person searches for in a row; what falls beyond midnight is left out."""
    (searcher,) = chance.choices(SEARCHERS, [kind.part for kind in SEARCHERS])
    actor = "" if searcher.origin == Origin.COMMAND else f"{chance.getrandbits(128):032x}"
    at = _moment(day, chance)
    visits = []
    for _ in range(chance.choice(searcher.searches)):
        if site_date(at) == day:
            visits.append(Visit(at, wish.one(chance), searcher.origin, actor, searcher.is_bot))
        at += timedelta(seconds=chance.uniform(8, 150))
    return visits


def _moment(day: date, chance: random.Random) -> datetime:
    hours = WEEKEND if day.weekday() >= 5 else WORKDAY
    (hour,) = chance.choices(range(24), hours)
    clock = time(hour, chance.randrange(60), chance.randrange(60), chance.randrange(1_000_000))
    site = timezone.get_default_timezone()
    return datetime.combine(day, clock, tzinfo=site).astimezone(UTC)
