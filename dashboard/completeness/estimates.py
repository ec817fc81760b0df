"""How likely the next search is to be new, and whether people search as they did before.

Of a stretch of `n` searches, `once` and `twice` are the terms searched exactly once and twice in
it. A term is new if it was not searched before in that stretch, whatever happened earlier.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from dashboard.front import proportions
from dashboard.front.proportions import Bounds, Z

type Spectrum = Iterable[tuple[int, int]]


class Share(NamedTuple):
    """An estimate with the bounds of its 95 % interval; all are parts of 1."""

    value: float
    low: float
    high: float


def counted(part: int, whole: int) -> Share:
    """Return a share of something that was counted, with Wilson's interval."""
    return Share(part / whole, *proportions.share(part, whole))


def counted_if_any(part: int, whole: int) -> Share | None:
    """Return the same; None of nothing, and of a part that is more than the whole."""
    return counted(part, whole) if whole and part <= whole else None


def chance_of_new(n: int, once: int, twice: int) -> Share | None:
    """Return the chance that search `n` + 1 is for a term not among the first `n`.

    It is Turing's estimate (Good 1953, The Population Frequencies of Species and the Estimation
    of Population Parameters). The interval is Esty's, but nowhere inside of Wilson's: where all
    terms were searched once, or none, Esty's has no width, and a few searches prove nothing. None
    of no searches, and of fewer than those terms had, which no stretch has.
    """
    if not n or n < once + 2 * twice:
        return None
    bounds, least = esty(n, once, twice), proportions.share(once, n)
    low, high = min(bounds.low, least.low), max(bounds.high, least.high)
    return Share(once / n, max(0.0, low), min(1.0, high))


def esty(n: int, once: int, twice: int) -> Bounds:
    """Return the 95 % interval of Turing's estimate, which may reach below 0 and above 1.

    After Esty (1983, A Normal Limit Law for a Nonparametric Estimator of the Coverage of a Random
    Sample).
    """
    margin = Z * math.sqrt((once * (n - once) + 2 * n * twice) / n**3)
    return Bounds(once / n - margin, once / n + margin)


def expected_of_last(spectrum: Spectrum, n: int, last: int) -> float:
    """Return the share of new terms that the last of `n` searches would have if nothing changed.

    `spectrum` is how many terms were searched how often: pairs of a number of searches and of
    terms. If all orders of the searches are as likely, a term of `k` searches has all of them
    among the last ones with the chance C(last, k) / C(n, k), and is new there then. So it is a
    little above the chance at the end: among the first of them more terms are new.
    """
    return sum(terms * _all_among(k, n, last) for k, terms in spectrum) / last


def _all_among(k: int, n: int, last: int) -> float:
    if k > last:
        return 0.0
    ways = math.lgamma(last + 1) - math.lgamma(last - k + 1)
    return math.exp(ways - math.lgamma(n + 1) + math.lgamma(n - k + 1))


def weighted(parts: float, weights: int, squares: int) -> Share | None:
    """Return the mean of parts of 1 with weights; None of nothing.

    `parts` is each part times its weight, added up, and `squares` the squares of the weights. The
    interval is Wilson's of as many parts as the weights are worth, which is the square of their
    sum ÷ the sum of their squares (Kish 1965, Survey Sampling; with Wilson's, Franco and others
    2019, Comparative Study of Confidence Intervals for Proportions in Complex Sample Surveys). It
    is rather too wide where parts are neither 0 nor 1, and has a width where all of them are.
    """
    if not weights:
        return None
    found, worth = parts / weights, weights * weights / squares
    return Share(found, *proportions.share(found * worth, worth))
