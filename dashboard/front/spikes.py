"""Whether a day stands out of those before it; without numpy, for the web process."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# How much of what is usual a new day makes up: the last week or so counts.
WEIGHT = 0.3
# A weight of 0.3 knows the spread from no more than some six days, so that chance reaches far
# beyond the 3 of a normal distribution: with Student's t of five degrees of freedom, a day is
# above 6 once in three years.
PROVEN = 6.0
# With fewer days before it, nothing is usual yet: a weekend would be a spike.
ENOUGH_DAYS = 14


@dataclass(frozen=True, slots=True)
class Spike:
    """A day far above what was usual; `is_today` if it is not even over."""

    is_today: bool
    searches: int
    # How many times a usual day.
    times: float


class Usual:
    """The mean and the variance of the days so far, of which older ones count ever less.

    After Schubert, Weiler & Kriegel (2014, SigniTrend: Scalable Detection of Emerging Topics in
    Textual Streams by Hashed Significance Thresholds).
    """

    def __init__(self, first: float, *, weight: float = WEIGHT, floor: float = 1.0) -> None:
        self.mean = float(first)
        self.variance = 0.0
        self._weight = weight
        # So small a number and so small a spread are taken for noise.
        self._floor = floor

    def score(self, value: float) -> float:
        """Return by how many standard deviations a value is above what is usual."""
        spread = math.sqrt(self.variance) + self._floor
        return (value - max(self.mean, self._floor)) / spread

    def learn(self, value: float) -> None:
        """Let a value be one of the days so far."""
        apart = value - self.mean
        self.mean += self._weight * apart
        self.variance = (1 - self._weight) * (self.variance + self._weight * apart * apart)


def spike(days: Sequence[int], today: int | None) -> Spike | None:
    """Return whether today, so far, or else the last of the complete `days` is a spike."""
    if today is not None and (found := _last(days, today)):
        return Spike(True, today, found)
    if days and (found := _last(days[:-1], days[-1])):
        return Spike(False, days[-1], found)
    return None


def _last(days: Sequence[int], value: int) -> float:
    """Return how many times a usual day `value` is if that is proven, else 0."""
    if len(days) < ENOUGH_DAYS:
        return 0.0
    usual = Usual(days[0])
    for day in days[1:]:
        usual.learn(day)
    return value / max(usual.mean, 1.0) if usual.score(value) >= PROVEN else 0.0
