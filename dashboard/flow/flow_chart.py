"""The runs of a span as a chart."""

from collections.abc import Sequence

from dashboard.days import site_date
from dashboard.flow.reading import Bucket, Span
from dashboard.front.chart_tables import table
from dashboard.front.charts import Chart, Series
from movies.formats import counted, number
from movies.words import clock, day, written


def chart_of(buckets: Sequence[Bucket], span: Span) -> Chart:
    """Return what was done and what failed, stacked, so that a column is all that ran."""
    title, so_far = f"Runs per {span.grain}", f"so far, to {clock(span.now)}"
    done = tuple(
        None if one.runs is None or one.failures is None else one.runs - one.failures
        for one in buckets
    )
    failed = tuple(one.failures for one in buckets)
    series = (Series("Done", "cache", "stack", done), Series("Failed", "failed", "stack", failed))
    names = [_name(one, span) for one in buckets]
    notes = [so_far if one.is_unfinished else "" for one in buckets]
    runs = sum(one.runs or 0 for one in buckets)
    failures = sum(one.failures or 0 for one in buckets)
    return Chart(
        title=title,
        summary=f"{title}, {span.words}: {counted(runs, 'run')}, {number(failures)} failed, "
        f"{so_far}.",
        series=series,
        so_far=so_far,
        drawn={
            "labels": [_label(one, span) for one in buckets],
            "ticks": list(range(len(buckets))),
            "fromEnd": True,
            "names": names,
            "before": [""] * len(buckets),
            "urls": [""] * len(buckets),
            "notes": notes,
            "open": [place for place, note in enumerate(notes) if note],
            "series": [
                {"name": one.name, "colour": one.colour, "kind": one.kind, "values": one.values}
                for one in series
            ],
        },
        table=table(
            names,
            [""] * len(buckets),
            {"Runs": tuple(one.runs for one in buckets), "Failed": failed},
            notes,
        ),
    )


def _name(bucket: Bucket, span: Span) -> str:
    words = day(site_date(bucket.start), site_date(span.now))
    return f"{words}, {clock(bucket.start)}" if span.grain == "hour" else words


def _label(bucket: Bucket, span: Span) -> str:
    if span.grain == "hour":
        return clock(bucket.start)
    return written(site_date(bucket.start), "j M")
