"""How sure a change in counts is: exact where counts are small, modest where days vary.

numpy and scipy cost a process some 90 MB, so only the roll-up imports this module, and only
while it writes a snapshot. Nothing here reads the database.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

# With fewer pairs of days, the variation between days is not known.
ENOUGH_DAYS = 5
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class RateRatios:
    """One entry a term: how its share of all searches changed."""

    # The share now through the share before: inf for a new term, nan where nothing is known.
    ratio: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    # Two-sided: twice the smaller tail, at most 1.
    p_value: NDArray[np.float64]


class Bounds(NamedTuple):
    """An interval for a ratio; a change is proven if 1 lies outside."""

    low: float
    high: float


UNKNOWN = Bounds(0.0, math.inf)


def rate_ratios(
    now: ArrayLike,
    before: ArrayLike,
    *,
    all_now: int,
    all_before: int,
    confidence: float = CONFIDENCE,
) -> RateRatios:
    """Return each term's rate ratio with its exact interval, not corrected for looking at many.

    Of a term's searches in both periods, those of now are binomial, and their expected share is
    that of all searches (Przyborowski & Wilenski 1940, Homogeneity of Results in Testing Samples
    from Poisson Series). That share's exact interval (Clopper & Pearson 1934, The Use of
    Confidence or Fiducial Limits) gives the ratio's. A swing of the whole site changes nothing.
    If either period has no searches at all, every ratio is nan and every interval 0 to inf.
    """
    a, b = np.asarray(now, dtype=np.int64), np.asarray(before, dtype=np.int64)
    if not (all_now and all_before):
        return _nothing_known(a.shape)
    scale = all_before / all_now
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a / b * scale
    return RateRatios(
        ratio=ratio,
        low=np.where(a > 0, _odds(stats.beta.ppf(tail, a, b + 1)) * scale, 0.0),
        high=np.where(b > 0, _odds(stats.beta.isf(tail, a + 1, b)) * scale, np.inf),
        p_value=_two_sided(a, a + b, all_now / (all_now + all_before)),
    )


def _odds(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return share / (1 - share)


def _two_sided(
    successes: NDArray[np.int64], trials: NDArray[np.int64], share: float
) -> NDArray[np.float64]:
    at_most = stats.binom.cdf(successes, trials, share)
    at_least = stats.binom.sf(successes - 1, trials, share)
    p_value: NDArray[np.float64] = np.minimum(1.0, 2 * np.minimum(at_most, at_least))
    return p_value


def _nothing_known(shape: tuple[int, ...]) -> RateRatios:
    return RateRatios(
        ratio=np.full(shape, np.nan),
        low=np.full(shape, UNKNOWN.low),
        high=np.full(shape, UNKNOWN.high),
        p_value=np.ones(shape),
    )


def discoveries(
    p_values: NDArray[np.float64],
    enough: NDArray[np.bool_],
    *,
    false_discovery_rate: float = 0.05,
) -> NDArray[np.bool_]:
    """Return which changes are proven although many were looked at, of those with enough data.

    Of the terms found, no more than this rate is expected to be chance (Benjamini & Hochberg
    1995, Controlling the False Discovery Rate). A term without enough data is never found, and
    does not make it harder for the others.
    """
    found = np.zeros(p_values.shape, dtype=np.bool_)
    found[enough] = stats.false_discovery_control(p_values[enough]) <= false_discovery_rate
    return found


def volume_change(now: int, before: int) -> Bounds:
    """Return the exact interval of the ratio of two counts from periods of equal length.

    It knows only the chance of independent events (Przyborowski & Wilenski 1940). Searches of a
    whole site vary more than that from day to day: for those take `daily_volume_change`.
    """
    ratios = rate_ratios([now], [before], all_now=1, all_before=1)
    return Bounds(float(ratios.low[0]), float(ratios.high[0]))


def daily_volume_change(days_now: Sequence[int], days_before: Sequence[int]) -> Bounds:
    """Return the interval of the ratio of mean searches a day: proven if 1 lies outside.

    The days are complete and paired in order, so the caller puts the same weekdays side by side;
    ValueError if one side has more. It is the ratio estimator's interval (Cochran 1977, Sampling
    Techniques, chapter 6) on the log scale with Student's t, and never narrower than chance
    alone allows. Fewer than five pairs prove nothing.
    """
    pairs = list(zip(days_now, days_before, strict=True))
    if len(pairs) < ENOUGH_DAYS:
        return UNKNOWN
    now, before = np.array(pairs, dtype=np.int64).T
    all_now, all_before = int(now.sum()), int(before.sum())
    chance = volume_change(all_now, all_before)
    if not (all_now and all_before):
        return chance
    ratio = all_now / all_before
    factor = math.exp(_log_margin(now / all_now - before / all_before))
    return Bounds(min(chance.low, ratio / factor), max(chance.high, ratio * factor))


def _log_margin(differences: NDArray[np.float64]) -> float:
    """Return half the width of the interval of the log ratio.

    What counts is by how much each day's part of its period differs from its partner's. A busy
    day often follows a busy one, so days tell less than as many independent ones would: n days
    with correlation r between neighbours as much as n (1 - r) / (1 + r) (Bayley & Hammersley
    1946, The "Effective" Number of Independent Observations in an Autocorrelated Time Series).
    """
    days = len(differences)
    squares = float(differences @ differences)
    if not squares:
        return 0.0
    # Measured on few days, the correlation comes out too low by about one part in n.
    echo = float(differences[1:] @ differences[:-1]) / squares + 1 / days
    echo = min(max(echo, 0.0), 0.9)
    independent = max(2.0, days * (1 - echo) / (1 + echo))
    variance = squares * days / (days - 1) * (1 + echo) / (1 - echo)
    return float(stats.t.isf((1 - CONFIDENCE) / 2, independent - 1)) * math.sqrt(variance)
