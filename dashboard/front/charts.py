"""What a chart shows: numbers to draw, and words and a table for whoever cannot see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Literal

from django.utils.safestring import SafeString

from dashboard.front.chart_axis import axis, name_of, narrowed, note
from dashboard.front.chart_tables import table
from dashboard.front.flags import SHOWN, Flag, bands_of, flags_of, summed_up
from dashboard.front.mark_sources import Mark
from dashboard.periods import View
from dashboard.totals import Counts
from dashboard.trends import Bucket, Trend
from movies.formats import counted, number, rate
from movies.models import Outcome
from movies.words import when

type Kind = Literal["line", "column", "stack", "band"]
type Numbers = tuple[int | None, ...]

SEARCHES = ("search", "searches")
# Colours of dashboard.css for the lines of up to five terms.
LINES = ("one", "two", "three", "four", "five")
# What the stacked columns are of: the name, the colour and the measure.
STACKS = (
    ("From cache", "cache", "from_cache"),
    ("Asked OMDb", "asked", "asked"),
    ("Nothing found", "empty", "nothing_found"),
    ("Not answered", "failed", "not_answered"),
)


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one set of columns: a value a bucket, None where nothing was counted.

    `colour` is one of dashboard.css; that of a comparison is "before", and it is dashed.
    """

    name: str
    colour: str
    kind: Kind
    values: Numbers


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    # One sentence, for role="img".
    summary: str
    series: tuple[Series, ...]
    # Said of the bucket that is not over; empty if all are.
    so_far: str
    # What charts.js draws, ready for JSON.
    drawn: dict[str, Any]
    # The same in numbers, newest first.
    table: SafeString
    # What its parts are called in the page, each chart's otherwise.
    key: str = "chart"
    # One a bucket, oldest first.
    flags: tuple[Flag, ...] = ()

    @property
    def newest_flags(self) -> list[Flag]:
        return list(reversed(self.flags[-SHOWN:]))

    @property
    def more_flags(self) -> int:
        """Return how many stand in the table alone."""
        return max(0, len(self.flags) - SHOWN)


def volume(
    trend: Trend,
    view: View,
    figures_to: datetime,
    extra: Mapping[str, str],
    marks: Sequence[Mark] = (),
) -> Chart:
    """Return the searches of a view, those compared with, and the first-time terms in them."""
    searches = _values(trend.buckets, "searches")
    first_time = _values(trend.buckets, "first_time")
    before = tuple(bucket.before.searches if bucket.before else None for bucket in trend.buckets)
    series = [Series("Searches", "current", "line", searches)]
    columns = {"Searches": searches, "First-time terms": first_time}
    if any(value is not None for value in before):
        series.append(Series(view.before_words, "before", "line", before))
        columns[view.before_words] = before
    series.append(Series("First-time terms", "first", "column", first_time))
    summary = _summary(trend.buckets, view, trend.total)
    return chart_of(view, trend.buckets, series, columns, summary, figures_to, extra, marks)


def outcomes(
    trend: Trend,
    view: View,
    figures_to: datetime,
    extra: Mapping[str, str],
    marks: Sequence[Mark] = (),
) -> Chart:
    """Return how the searches of a view ended; the table has the eight outcomes as well.

    An outcome is no stack: a search that was answered from the cache may have shown no film.
    """
    buckets, total = trend.buckets, trend.total
    series = [
        Series(name, colour, "stack", _values(buckets, measure)) for name, colour, measure in STACKS
    ]
    columns = {"Searches": _values(buckets, "searches")}
    columns |= {one.name: one.values for one in series}
    columns |= {f"Outcome: {outcome.label}": _values(buckets, outcome) for outcome in Outcome}
    shares = ", ".join(
        f"{name.lower().replace('omdb', 'OMDb')} {rate(getattr(total, measure), total.searches)}"
        for name, _, measure in STACKS
    )
    summary = f"{counted(total.searches, *SEARCHES)}: {shares}"
    return chart_of(view, buckets, series, columns, summary, figures_to, extra, marks)


def lines(
    named: Mapping[str, Sequence[Bucket]],
    view: View,
    figures_to: datetime,
    extra: Mapping[str, str] | None = None,
) -> Chart:
    """Return one line each of up to five terms, by what they are called."""
    columns = {name: _values(buckets, "searches") for name, buckets in named.items()}
    series = [
        Series(name, colour, "line", values)
        for (name, values), colour in zip(columns.items(), LINES, strict=False)
    ]
    totals = {name: sum(value or 0 for value in values) for name, values in columns.items()}
    summary = ", ".join(f"{name} {number(total)}" for name, total in totals.items())
    buckets = next(iter(named.values()))
    return chart_of(view, buckets, series, columns, summary, figures_to, extra or {})


def chart_of(
    view: View,
    buckets: Sequence[Bucket],
    series: Sequence[Series],
    columns: Mapping[str, Numbers],
    summary: str,
    figures_to: datetime,
    extra: Mapping[str, str],
    marks: Sequence[Mark] = (),
) -> Chart:
    """Return a chart of any series; `columns` are the table's, `extra` is kept in addresses."""
    title = f"Searches per {view.grain}"
    names = [name_of(bucket, view) for bucket in buckets]
    urls = narrowed(buckets, view, extra)
    is_running = any(bucket.is_unfinished for bucket in buckets)
    so_far = f"so far, to {when(figures_to, view.today)}" if is_running else ""
    notes = [note(bucket, view, so_far) for bucket in buckets]
    flags = flags_of(buckets, names, urls, marks)
    return Chart(
        title=title,
        summary=f"{title}, {view.words}: {_summed(summary, flags, so_far)}.",
        series=tuple(series),
        so_far=so_far,
        drawn={
            **axis(buckets, view),
            "names": names,
            "urls": urls,
            "notes": notes,
            # Dotted, with a hollow point.
            "open": [place for place, note in enumerate(notes) if note],
            "flags": {flag.place: [one.words for one in flag.said] for flag in flags},
            "bands": bands_of(buckets, marks),
            "series": [_line(one) for one in series],
        },
        table=table(
            names, urls, columns, _remarks(notes, flags), _sums_note(columns, view, so_far)
        ),
        flags=flags,
    )


def _line(one: Series) -> dict[str, Any]:
    return {"name": one.name, "colour": one.colour, "kind": one.kind, "values": one.values}


def _summed(summary: str, flags: Sequence[Flag], so_far: str) -> str:
    told = f"{summary}, {so_far}" if so_far else summary
    return f"{told}; {summed_up(flags)}" if flags else told


def _remarks(notes: Sequence[str], flags: Sequence[Flag]) -> list[str]:
    """Return what the table says of each bucket: what lacks of it, and what happened in it."""
    found = list(notes)
    for flag in flags:
        words = escape(flag.words)
        found[flag.place] = f"{found[flag.place]}; {words}" if found[flag.place] else words
    return found


def _sums_note(columns: Mapping[str, Numbers], view: View, so_far: str) -> str:
    """Return that the sums are no comparison, for only one of the periods is over."""
    return f"all of {view.before_words}" if so_far and view.before_words in columns else ""


def _values(buckets: Sequence[Bucket], measure: str) -> Numbers:
    return tuple(getattr(bucket.counts, measure) if bucket.counts else None for bucket in buckets)


def _summary(buckets: Sequence[Bucket], view: View, total: Counts) -> str:
    words = f"{number(total.searches)} in all"
    over = [bucket for bucket in buckets if bucket.counts and not bucket.is_unfinished]
    if len(over) > 1:
        most = max(over, key=_searches)
        words += f"; {number(_searches(most))} in the busiest complete {view.grain},"
        words += f" {name_of(most, view)}"
    running = [bucket for bucket in buckets if bucket.is_unfinished]
    return words + "".join(
        f"; {name_of(bucket, view)}: {number(_searches(bucket))}" for bucket in running
    )


def _searches(bucket: Bucket) -> int:
    return bucket.counts.searches if bucket.counts else 0
