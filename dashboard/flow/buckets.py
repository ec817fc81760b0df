"""Fixed buckets for durations, and the percentiles that are told from them.

Bounds grow by the square root of two from a millisecond to 2 h 19 min. A
percentile is told as the geometric middle of the bucket it lies in, so that it is at most a
fifth off: by the fourth root of two, 19 %, upwards, 16 % downwards.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import sqrt

from movies.formats import duration

# Seconds; bucket 0 is below the first, the last bucket is from the last bound on.
BOUNDS = tuple(0.001 * 2 ** (step / 2) for step in range(47))
BUCKETS = len(BOUNDS) + 1


def bucket_of(seconds: float) -> int:
    """Return the bucket that a duration falls into; a clock that was set back counts as 0."""
    return bisect_right(BOUNDS, seconds)


def percentile(counts: Sequence[int], percent: int) -> float | None:
    """Return in seconds what so many percent of the durations do not exceed; None of none.

    By the nearest rank. Below the first bound it is 0, from the last on it is that bound.
    """
    rank = -(-percent * sum(counts) // 100)
    for bucket, count in enumerate(counts):
        rank -= count
        if count and rank <= 0:
            return _middle(bucket)
    return None


def _middle(bucket: int) -> float:
    if bucket == 0:
        return 0.0
    if bucket == len(BOUNDS):
        return BOUNDS[-1]
    return sqrt(BOUNDS[bucket - 1] * BOUNDS[bucket])


def in_words(seconds: float | None) -> str:
    """Return a percentile as it is written, with no more digits than are sure."""
    if seconds == 0:
        return "<1 ms"
    if seconds == BOUNDS[-1]:
        return f">{duration(seconds)}"
    return duration(seconds and float(f"{seconds:.2g}"))
