"""Marks on the buckets of a chart: one flag a bucket, and bands over what was an outage."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.days import end_of, start_of
from dashboard.front.mark_sources import Mark
from dashboard.front.marks import source_of
from dashboard.trends import Bucket
from movies.formats import number

# Of a kind in one bucket: more are counted.
NAMED = 2
# Beneath the chart, the newest; the table has all.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Said:
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Flag:
    """All that happened in one bucket, called `name`."""

    place: int
    name: str
    said: tuple[Said, ...]

    @property
    def words(self) -> str:
        return "; ".join(one.words for one in self.said)


def flags_of(
    buckets: Sequence[Bucket], names: Sequence[str], urls: Sequence[str], marks: Sequence[Mark]
) -> tuple[Flag, ...]:
    """Return the flags, oldest first; what began before the first bucket is flagged there."""
    starts = [_start_of(bucket) for bucket in buckets]
    placed: dict[int, dict[str, list[Mark]]] = {}
    for mark in marks:
        place = max(0, bisect_right(starts, mark.first) - 1)
        placed.setdefault(place, {}).setdefault(mark.sort, []).append(mark)
    return tuple(
        Flag(place, names[place], tuple(_said(placed[place], urls[place])))
        for place in sorted(placed)
    )


def _said(groups: dict[str, list[Mark]], url: str) -> list[Said]:
    found = []
    for marks in groups.values():
        source = source_of(marks[0])
        if len(marks) > NAMED:
            found.append(Said(f"{number(len(marks))} {source.many[marks[0].sort]}", url))
            continue
        found += [
            Said(source.words(mark), source.url(mark) if source.url else url) for mark in marks
        ]
    return found


def bands_of(buckets: Sequence[Bucket], marks: Sequence[Mark]) -> list[int]:
    """Return the buckets of which an outage took half or more."""
    bands = [mark for mark in marks if mark.is_band]
    if not bands:
        return []
    starts = [_start_of(bucket) for bucket in buckets]
    ends = [*starts[1:], end_of(buckets[-1].last)]
    return [
        place
        for place, (start, end) in enumerate(zip(starts, ends, strict=True))
        if 2 * _covered(bands, start, end) >= end - start
    ]


def _covered(marks: Sequence[Mark], start: datetime, end: datetime) -> timedelta:
    """Return how long any of the marks held between the two moments."""
    covered, reached = timedelta(), start
    for mark in sorted(marks, key=lambda mark: mark.first):
        since, until = max(mark.first, reached), min(mark.last, end)
        if since < until:
            covered, reached = covered + (until - since), until
    return covered


def _start_of(bucket: Bucket) -> datetime:
    return bucket.hour or start_of(bucket.first)


def summed_up(flags: Sequence[Flag]) -> str:
    """Return the newest flags in words, for whoever has the chart read aloud; empty for none."""
    told = [f"{flag.name}: {flag.words}" for flag in reversed(flags[-SHOWN:])]
    more = len(flags) - SHOWN
    return "; ".join([*told, f"and {number(more)} more flags"] if more > 0 else told)
