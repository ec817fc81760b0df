"""How sure a share is, and whether two shares differ; without numpy, for the web process."""

import math
from statistics import NormalDist
from typing import NamedTuple

# Of the 95 % interval.
Z = NormalDist().inv_cdf(0.975)


class Bounds(NamedTuple):
    low: float
    high: float


def share(part: float, whole: float, *, z: float = Z) -> Bounds:
    """Return the interval of a share by Wilson (1927, Probable Inference, the Law of Succession,
    and Statistical Inference); all is possible of nothing.
    """
    if not whole:
        return Bounds(0.0, 1.0)
    found = part / whole
    middle = (found + z * z / (2 * whole)) / (1 + z * z / whole)
    margin = z * math.sqrt(found * (1 - found) / whole + (z / (2 * whole)) ** 2)
    margin /= 1 + z * z / whole
    # The share is in it, whatever the last digit is rounded to: of all of them, up to exactly 1.
    return Bounds(min(found, max(0.0, middle - margin)), max(found, min(1.0, middle + margin)))


def difference(
    part: int, whole: int, part_before: int, whole_before: int, *, z: float = Z
) -> Bounds:
    """Return the interval of the share now less that before: proven if 0 lies outside.

    It is the tenth method of Newcombe (1998, Interval Estimation for the Difference between
    Independent Proportions), made of the intervals of both shares.
    """
    if not (whole and whole_before):
        return Bounds(-1.0, 1.0)
    now, before = part / whole, part_before / whole_before
    of_now, of_before = share(part, whole, z=z), share(part_before, whole_before, z=z)
    change = now - before
    return Bounds(
        change - math.hypot(now - of_now.low, of_before.high - before),
        change + math.hypot(of_now.high - now, before - of_before.low),
    )
