"""Searches as they might come in, and what is counted of them, without a database."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from dashboard.completeness.counting import Counted
from dashboard.completeness.estimates import expected_of_last

type Terms = NDArray[np.int64]
type Chances = NDArray[np.float64]


def zipf(terms: int, exponent: float = 1.0) -> Chances:
    """Return how likely each term is, after Zipf and Mandelbrot."""
    weights = 1 / (np.arange(terms) + 2.7) ** exponent
    return weights / weights.sum()


def draw(chances: Chances, searches: int, random: np.random.Generator) -> Terms:
    """Return so many searches, each for one of the terms, whatever was searched before."""
    found = np.searchsorted(chances.cumsum(), random.random(searches))
    return np.minimum(found, len(chances) - 1)


def unseen(chances: Chances, stream: Terms) -> float:
    """Return how likely the next search is to be for a term that is not in the stream."""
    return 1 - float(chances[np.unique(stream)].sum())


def count(stream: Terms) -> Counted:
    """Return what the roll-up would count, if the last tenth were whole days."""
    last = len(stream) // 10
    terms, first_at, number = np.unique(stream, return_index=True, return_counts=True)
    spectrum = Counter(number.tolist())
    return Counted(
        searches=len(stream),
        all_searches=len(stream),
        terms=len(terms),
        once=spectrum[1],
        twice=spectrum[2],
        last_from="2026-11-20",
        last_searches=last,
        last_new=int((first_at >= len(stream) - last).sum()),
        last_expected=expected_of_last(spectrum.items(), len(stream), last),
    )
