"""The buckets of a chart in words: names, labels, what lacks of them, and addresses."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dashboard.periods import WEEK, View
from dashboard.trends import Bucket
from movies.formats import counted, number
from movies.words import clock, dates, day, written


def axis(buckets: Sequence[Bucket], view: View) -> dict[str, Any]:
    """Return what charts.js writes below the buckets of a view, and compares them with."""
    return {
        "labels": [_label(bucket, view) for bucket in buckets],
        "ticks": _ticks(buckets, view),
        # Hours are counted from midnight, all others back from the last one.
        "fromEnd": view.grain != "hour",
        "before": [_before(bucket, view) for bucket in buckets],
    }


def note(bucket: Bucket, view: View, so_far: str) -> str:
    """Return why a bucket has less than others: it is not over, or the period or the site cut it.

    What has nothing to draw needs no reason.
    """
    if bucket.is_unfinished:
        return so_far
    whole = _whole_days(bucket, view)
    if bucket.counts is None or bucket.days >= whole:
        return ""
    return f"{number(bucket.days)} of {counted(whole, 'day')}"


def _whole_days(bucket: Bucket, view: View) -> int:
    match view.grain:
        case "week":
            return WEEK
        case "month":
            return monthrange(bucket.first.year, bucket.first.month)[1]
    return 1


def name_of(bucket: Bucket, view: View) -> str:
    """Return `Sun 22 Nov`, `Sun 22 Nov, 10:00` or `16–22 Nov`, with the year if need be."""  # noqa: RUF002
    return _name(bucket.first, bucket.last, [bucket.hour] if bucket.hour else [], view)


def _before(bucket: Bucket, view: View) -> str:
    """Return what the bucket is compared with, empty if nothing is."""
    if bucket.before is None:
        return ""
    first, last = bucket.first - view.shift, bucket.last - view.shift
    return _name(first, last, bucket.hours_before, view)


def _name(first: date, last: date, hours: Sequence[datetime], view: View) -> str:
    if hours:
        # A clock that is put back shows an hour twice.
        clocks = dict.fromkeys(clock(hour) for hour in hours)
        return f"{day(first, view.today)}, {' and '.join(clocks)}"
    if view.grain == "day":
        return day(first, view.today)
    return dates(first, last, view.today)


def _label(bucket: Bucket, view: View) -> str:
    if bucket.hour and view.days == 1:
        return clock(bucket.hour)
    if view.grain == "month":
        return written(bucket.first, "M Y" if bucket.first.month == 1 else "M")
    return written(bucket.first, "j M")


def _ticks(buckets: Sequence[Bucket], view: View) -> list[int]:
    """Return the buckets that may be labelled: of several days by hour the first of each."""
    if view.grain != "hour" or view.days == 1:
        return list(range(len(buckets)))
    return [
        number
        for number, bucket in enumerate(buckets)
        if not number or bucket.first != buckets[number - 1].first
    ]


def narrowed(buckets: Sequence[Bucket], view: View, extra: Mapping[str, str]) -> list[str]:
    """Return the addresses of the view narrowed to each bucket; empty if it is that already."""
    # Put together once: for each day of a year that would take longer than drawing it.
    head, tail = view.query(from_="-", to="-", **extra).split("from=-&to=-", 1)
    whole = (view.first, view.last)
    return [
        "" if (one.first, one.last) == whole else f"{head}from={one.first}&to={one.last}{tail}"
        for one in buckets
    ]
