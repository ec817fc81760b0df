"""The charts of one term: what its day rows hold, drawn as that of all searches is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard.front.charts import STACKS, Chart, Series, chart_of
from dashboard.front.mark_sources import Mark
from dashboard.periods import View
from dashboard.totals import Counts
from dashboard.trends import Trend
from movies.formats import counted, rate


def volume(
    trend: Trend,
    view: View,
    figures_to: datetime,
    extra: Mapping[str, str],
    marks: Sequence[Mark] = (),
) -> Chart:
    """Return the searches of a term, and those that they are compared with."""
    columns = {"Searches": _values(trend, "searches")}
    series = [Series("Searches", "current", "line", columns["Searches"])]
    before = tuple(_count(bucket.before, "searches") for bucket in trend.buckets)
    if any(value is not None for value in before):
        columns[view.before_words] = before
        series.append(Series(view.before_words, "before", "line", before))
    summary = counted(trend.total.searches, "search", "searches")
    return chart_of(view, trend.buckets, series, columns, summary, figures_to, extra, marks)


def outcomes(
    trend: Trend,
    view: View,
    figures_to: datetime,
    extra: Mapping[str, str],
    marks: Sequence[Mark] = (),
) -> Chart:
    """Return how the searches of a term ended, in four parts: more is not kept of a term."""
    parts = {name: _values(trend, measure) for name, _, measure in STACKS}
    series = [Series(name, colour, "stack", parts[name]) for name, colour, _ in STACKS]
    total = trend.total
    shares = ", ".join(
        f"{name} {rate(getattr(total, measure), total.searches)}" for name, _, measure in STACKS
    )
    summary = f"{counted(total.searches, 'search', 'searches')}: {shares}"
    columns = {"Searches": _values(trend, "searches")} | parts
    return chart_of(view, trend.buckets, series, columns, summary, figures_to, extra, marks)


def _values(trend: Trend, measure: str) -> tuple[int | None, ...]:
    return tuple(_count(bucket.counts, measure) for bucket in trend.buckets)


def _count(counts: Counts | None, measure: str) -> int | None:
    return None if counts is None else int(getattr(counts, measure))
