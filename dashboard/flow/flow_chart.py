"""The runs of a span as a chart."""

from collections.abc import Sequence
from typing import Any

from dashboard.days import site_date
from dashboard.flow.reading import Bucket, Span
from dashboard.front.chart_tables import table
from dashboard.front.charts import Chart, Series
from movies.formats import counted, number
from movies.words import clock, day, written


def chart_of(buckets: Sequence[Bucket], span: Span) -> Chart:
    """Return what was done and what failed, stacked, so that a column is all that ran."""
    title, so_far = f"Runs per {span.grain}", f"so far, to {clock(span.now)}"
    done = tuple(_done(one) for one in buckets)
    failed = tuple(one.failures for one in buckets)
    series = (Series("Done", "cache", "stack", done), Series("Failed", "failed", "stack", failed))
    names = [_name(one, span) for one in buckets]
    notes = [so_far if one.is_unfinished else "" for one in buckets]
    all_runs = counted(sum(one.runs or 0 for one in buckets), "run")
    all_failed = number(sum(one.failures or 0 for one in buckets))
    columns = {"Runs": tuple(one.runs for one in buckets), "Failed": failed}
    return Chart(
        title=title,
        summary=f"{title}, {span.words}: {all_runs}, {all_failed} failed, {so_far}.",
        series=series,
        so_far=so_far,
        drawn=_drawn([_label(one, span) for one in buckets], names, notes, series),
        table=table(names, _nowhere(names), columns, notes),
    )


def _done(bucket: Bucket) -> int | None:
    if bucket.runs is None or bucket.failures is None:
        return None
    return bucket.runs - bucket.failures


def _drawn(
    labels: Sequence[str], names: Sequence[str], notes: Sequence[str], series: Sequence[Series]
) -> dict[str, Any]:
    """Return what charts.js draws."""
    return {
        "labels": labels,
        "ticks": list(range(len(labels))),
        "fromEnd": True,
        "names": names,
        "before": _nowhere(names),
        "urls": _nowhere(names),
        "notes": notes,
        "open": [place for place, note in enumerate(notes) if note],
        "series": [
            {"name": one.name, "colour": one.colour, "kind": one.kind, "values": one.values}
            for one in series
        ],
    }


def _nowhere(names: Sequence[str]) -> list[str]:
    """Return for each bucket that it leads nowhere, and is compared with nothing."""
    return [""] * len(names)


def _name(bucket: Bucket, span: Span) -> str:
    words = day(site_date(bucket.start), site_date(span.now))
    return f"{words}, {clock(bucket.start)}" if span.grain == "hour" else words


def _label(bucket: Bucket, span: Span) -> str:
    if span.grain == "hour":
        return clock(bucket.start)
    return written(site_date(bucket.start), "j M")
