"""What was searched in a view: totals a bucket, and the same of the compared period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dashboard.days import (
    ONE_DAY,
    days_between,
    end_of,
    hour_of,
    hours_of,
    partners_of,
    site_date,
    start_of,
)
from dashboard.periods import View
from dashboard.totals import USUAL, Counts, Day, ViewTotals


@dataclass(frozen=True, slots=True)
class Bucket:
    """One point of the chart, from `first` to `last`; `hour` is when it began, if it is one.

    `days` are those of it that are in the period, and not before the site's first search.
    `counts` is None before the site's first search, when there was nothing to count, and of an
    hour that has not begun. `before` is of the whole compared bucket, None if there is none.
    """

    first: date
    last: date
    days: int
    hour: datetime | None
    counts: Counts | None
    before: Counts | None
    is_unfinished: bool
    # What an hour is compared with.
    hours_before: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """A view's figures: `total` of the period, and `elapsed` against `base`.

    These two are the same part of both periods: all of it, or up to the last whole hour,
    `compared_to`, of a period that still runs. `base` is None when nothing is compared or when
    the compared period began before the site's first search.
    """

    buckets: tuple[Bucket, ...]
    total: Counts
    elapsed: Counts
    base: Counts | None
    compared_to: datetime | None
    # Searches by staff and bots in the period, whether or not they are in the figures.
    left_out: int
    # Distinct searchers a day, the mean of complete days; None if it is not known of any.
    searchers: float | None
    searchers_before: float | None
    # Searches of each complete day, and of the same days of the compared period.
    daily: tuple[int, ...]
    daily_before: tuple[int, ...]
    # The site's first day with a search in the figures; None if there is none.
    first_day: date | None
    # The last complete day, be it before the period.
    last_day: date
    # Searches of each complete day of the four weeks to the period's end, and so far of the day
    # that runs, if one does.
    usual: tuple[int, ...] = ()
    today: int | None = None
    # All of the compared period, and of the one as far before it; None unless both are known.
    before: tuple[Counts, Counts] | None = None


def read(view: View, figures_to: datetime) -> Trend:
    """Return the figures of a view, as they were at `figures_to`."""
    totals = ViewTotals(view, figures_to)
    running, trend = totals.running_day, trend_of(totals)
    days = days_between(trend.last_day - USUAL + ONE_DAY, trend.last_day)
    return replace(
        trend,
        usual=tuple(totals.of_day(day).counts.searches for day in days if _known(totals, day)),
        today=totals.of_day(running).counts.searches if running else None,
        before=_periods_before(totals),
    )


def _periods_before(totals: ViewTotals) -> tuple[Counts, Counts] | None:
    view = totals.view
    if view.before is None or not _known(totals, view.before - view.shift):
        return None
    days = [day - view.shift for day in days_between(view.first, view.last)]
    return totals.of_days(days), totals.of_days([day - view.shift for day in days])


def trend_of(totals: ViewTotals) -> Trend:
    """Return the figures that the rows of a view add up to."""
    view = totals.view
    every_day = days_between(view.first, view.last)
    total = totals.of_days(every_day)
    running = totals.running_day
    complete = [
        day
        for day in every_day
        if (running is None or day < running) and totals.first_day and day >= totals.first_day
    ]
    has_base = view.before is not None and _known(totals, view.before)
    compared = [day - view.shift for day in complete] if has_base else []
    elapsed, base, cut = total, totals.of_days(compared), None
    if running:
        cut = _cut(totals, running)
        elapsed, base = _to_the_hour(totals, cut, complete, compared)
    return Trend(
        buckets=tuple(_buckets(totals)),
        total=total,
        elapsed=elapsed,
        base=base if has_base else None,
        compared_to=cut if has_base else None,
        left_out=sum(totals.of_day(day).left_out for day in every_day),
        searchers=_searchers([totals.of_day(day) for day in complete]),
        searchers_before=_searchers([totals.of_day(day) for day in compared]),
        daily=tuple(totals.of_day(day).counts.searches for day in complete),
        daily_before=tuple(totals.of_day(day).counts.searches for day in compared),
        first_day=totals.first_day,
        last_day=running - ONE_DAY if running else view.last,
    )


def _cut(totals: ViewTotals, running: date) -> datetime:
    """Return the moment up to which the running day is compared.

    That is its beginning while the figures have not reached it, or its partner's hours are gone:
    then neither side has any of it.
    """
    began = start_of(running)
    if not totals.view.has_hours(running - totals.view.shift):
        return began
    return max(hour_of(totals.figures_to), began)


def _to_the_hour(
    totals: ViewTotals, cut: datetime, complete: Sequence[date], compared: Sequence[date]
) -> tuple[Counts, Counts]:
    """Return the complete days and the whole hours of the running one, of both periods."""
    running = site_date(cut)
    hours = [hour for hour in hours_of(running) if hour < cut]
    partners = partners_of(running, running - totals.view.shift)[: len(hours)]
    return (
        totals.of_days(complete) + totals.of_hours(hours),
        totals.of_days(compared) + totals.of_hours([hour for few in partners for hour in few]),
    )


def _buckets(totals: ViewTotals) -> Iterator[Bucket]:
    view = totals.view
    if view.grain == "hour":
        for day in days_between(view.first, view.last):
            yield from _hours(totals, day)
        return
    # Days are compared, not their first moments: a year has many.
    reached, running = site_date(totals.figures_to), totals.running_day
    known_from = max(totals.first_day or view.first, totals.kept_from)
    for first, last in _cuts(view):
        days = days_between(first, last)
        counts = totals.of_days(days)
        # A fold that was cut short is ahead of `figures_to`: what it counted is on the cards.
        has_begun = bool(counts.searches) or first <= reached
        yield Bucket(
            first=first,
            last=last,
            days=(last - max(first, known_from)).days + 1,
            hour=None,
            counts=counts if has_begun and _known(totals, first, last) else None,
            before=_before(totals, days),
            is_unfinished=has_begun and running is not None and running <= last,
        )


def _hours(totals: ViewTotals, day: date) -> Iterator[Bucket]:
    hours = hours_of(day)
    ends = [*hours[1:], end_of(day)]
    other = day - totals.view.shift
    is_compared = totals.view.before and totals.view.has_hours(other) and _known(totals, other)
    partners = partners_of(day, other) if is_compared else [()] * len(hours)
    for hour, end, before in zip(hours, ends, partners, strict=True):
        counts = totals.of_hours([hour])
        has_begun = bool(counts.searches) or hour <= totals.figures_to
        yield Bucket(
            first=day,
            last=day,
            days=1,
            hour=hour,
            counts=counts if has_begun and _known(totals, day) else None,
            before=totals.of_hours(before) if before else None,
            is_unfinished=has_begun and totals.figures_to < end,
            hours_before=before,
        )


def _cuts(view: View) -> Iterator[tuple[date, date]]:
    """Cut a period into days, weeks from Monday or months; the outer ones may be shorter."""
    first = view.first
    while first <= view.last:
        last = min(_end_of_cut(first, view.grain), view.last)
        yield first, last
        first = last + ONE_DAY


def _end_of_cut(day: date, grain: str) -> date:
    if grain == "day":
        return day
    if grain == "week":
        return day + ONE_DAY * (6 - day.weekday())
    return (day.replace(day=28) + ONE_DAY * 4).replace(day=1) - ONE_DAY


def _before(totals: ViewTotals, days: Sequence[date]) -> Counts | None:
    compared = [day - totals.view.shift for day in days]
    if totals.view.before is None or not _known(totals, compared[0], compared[-1]):
        return None
    return totals.of_days(compared)


def _known(totals: ViewTotals, first: date, last: date | None = None) -> bool:
    """Return whether it is known how often was searched from `first` to `last`."""
    if totals.first_day is None or first < totals.kept_from:
        return False
    return (last or first) >= totals.first_day


def _searchers(days: Sequence[Day]) -> float | None:
    """Return the mean of the days; those whose searches name nobody, as imported ones, say nothing.

    It is None where none of the days says anything.
    """
    known = [day.searchers for day in days if day.searchers or not day.counts.searches]
    is_known = any(known) or len(known) == len(days)
    return sum(known) / len(known) if known and is_known else None
