"""What a view shows of all searches, as rows of CSV and as JSON."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from dashboard.front.distinct import Distinct
from dashboard.front.figures import Films, Moment
from dashboard.periods import View
from dashboard.totals import Counts
from dashboard.trends import Bucket, Trend
from movies.csv_safe import Cell
from movies.models import Outcome

# How a measure is called in JSON, what it is called in CSV, and what it is a share of.
MEASURES = {
    "searches": ("Searches", ""),
    "from_cache": ("From cache", "answered"),
    "asked": ("Asked OMDb", "answered"),
    "nothing_found": ("Nothing found", "answered"),
    "not_answered": ("Not answered", "searches"),
    "first_time": ("First-time", "searches"),
}
OUTCOMES = tuple(Outcome)

type Json = dict[str, Any]


def bucket_rows(
    buckets: Sequence[Bucket], outcomes: Sequence[Outcome] = OUTCOMES
) -> Generator[Sequence[Cell]]:
    """Yield a line of headings and one a bucket; what was not counted is empty, never 0."""
    yield (
        *("Start", "End"),
        *(words for words, _ in MEASURES.values()),
        *(f"Outcome: {outcome.label}" for outcome in outcomes),
        *("Searches before", "Unfinished"),
    )
    for bucket in buckets:
        yield (
            started(bucket.hour or bucket.first),
            bucket.last,
            *(_count(bucket.counts, name) for name in (*MEASURES, *outcomes)),
            _count(bucket.before, "searches"),
            "yes" if bucket.is_unfinished else "no",
        )


def term_bucket_rows(buckets: Sequence[Bucket], note: str) -> Generator[Sequence[Cell]]:
    """Yield the lines of one term, whose outcomes are not kept.

    A note has a column and a line of its own, that nothing takes for a bucket.
    """
    headings, *lines = bucket_rows(buckets, outcomes=())
    yield (*headings, "Note")
    yield from ((*line, None) for line in lines)
    if note:
        yield (*[None] * len(headings), note)


def compared_rows(
    compared: Iterable[tuple[str, Sequence[Bucket]]],
) -> Generator[Sequence[Cell]]:
    """Yield a line of headings and one a bucket of each term, by its text."""
    for number, (term, buckets) in enumerate(compared):
        headings, *lines = bucket_rows(buckets, outcomes=())
        if not number:
            yield ("Term", *headings)
        yield from ((term, *line) for line in lines)


def started(at: date) -> str:
    """Return a day as `2026-11-22`, an hour as `2026-11-22T10:00:00+01:00` by the site's clock."""
    if isinstance(at, datetime):
        at = at.astimezone(timezone.get_default_timezone())
    return at.isoformat()


def _count(counts: Counts | None, name: str) -> int | None:
    return None if counts is None else int(getattr(counts, name))


def view_json(view: View, figures_to: datetime | None) -> Json:
    """Return which view it is, and what its figures are of."""
    return {
        "view": {
            "from": view.first,
            "to": view.last,
            "compared_from": view.before,
            "compared_to": view.before_last,
            "compare": view.compare,
            "by": view.grain,
            "everyone": view.everyone,
        },
        # Of earlier days of the period neither terms nor hours are known.
        "terms_kept_from": max(view.first, view.known_from),
        "figures_to": figures_to and started(figures_to),
        "time_zone": settings.TIME_ZONE,
    }


def trend_json(
    trend: Trend, outcomes: Sequence[Outcome] = OUTCOMES, *, is_whole: bool = True
) -> Json:
    """Return the cards that are counted from searches, and the buckets of the chart.

    Unless the figures are of the whole period, no card has a number.
    """
    return {
        "cards": {name: card(trend, name, is_whole=is_whole) for name in MEASURES},
        "compared_until": trend.compared_to and started(trend.compared_to),
        "left_out": trend.left_out,
        "buckets": [_bucket(bucket, outcomes) for bucket in trend.buckets],
    }


def card(trend: Trend, name: str, *, is_whole: bool = True) -> Json:
    """Return a measure of the period, and `elapsed` against `base`, its compared part.

    Changes are parts of 1, of shares differences; a change from nothing has no number.
    """
    periods = (trend.total, trend.elapsed, trend.base) if is_whole else (None, None, None)
    found = _compared(*(_count(counts, name) for counts in periods))
    if whole := MEASURES[name][1]:
        share, now, before = (
            _part(_count(counts, name), _count(counts, whole)) for counts in periods
        )
        found |= {"share": share, "share_elapsed": now, "share_base": before}
        found["share_change"] = _difference(now, before)
    return found


def _compared(value: float | None, elapsed: float | None, base: float | None) -> Json:
    difference = _difference(elapsed, base)
    change = _part(difference, base)
    return {"value": value, "elapsed": elapsed, "base": base, "change": change}


def _part(part: float | None, whole: float | None) -> float | None:
    return part / whole if whole and part is not None else None


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def searchers(trend: Trend) -> Json:
    """Return the searchers a day, the mean of complete days."""
    return _compared(trend.searchers, trend.searchers, trend.searchers_before)


def terms(found: Distinct) -> Json:
    """Return the terms searched; all is None while no snapshot has counted them.

    `elapsed` and `base` are without the day that is still running.
    """
    return _compared(found.terms, found.whole, found.before) | {"why": found.why}


def cards_of(moment: Moment) -> Json:
    """Return the cards that are not counted from searches, as far as the reader may see them."""
    found: Json = {}
    if moment.films:
        found["films"] = _films(moment.films)
    if moment.searching:
        budget = moment.searching.budget
        found["omdb_calls_left"] = {"value": budget.left, "limit": budget.limit}
    return found


def _films(films: Films) -> Json:
    """Return the films held and complete on the last day of both periods."""
    now = _part(films.complete, films.held)
    before = _part(films.complete_before, films.held_before)
    return {
        **asdict(films),
        "share": now,
        "share_base": before,
        "share_change": _difference(now, before),
    }


def _bucket(bucket: Bucket, outcomes: Sequence[Outcome]) -> Json:
    counts = bucket.counts
    return {
        "start": started(bucket.hour or bucket.first),
        "end": bucket.last,
        **{name: _count(counts, name) for name in MEASURES},
        "outcomes": {outcome.value: _count(counts, outcome) for outcome in outcomes},
        "searches_before": _count(bucket.before, "searches"),
        "is_unfinished": bucket.is_unfinished,
    }
