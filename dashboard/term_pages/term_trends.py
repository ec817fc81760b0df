"""What was searched of single terms in a view: the same figures as of all searches.

A term is counted by the day, so there are no hours, and of a period that still runs only the
complete days are compared.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db.models import DateField, F, Func, Q, Sum

from dashboard.days import start_of
from dashboard.models import DayTotals, TermDay
from dashboard.periods import View
from dashboard.rollup.counting import sides
from dashboard.totals import Counts, Day, ViewTotals
from dashboard.trends import Trend, trend_of

MEASURES = ("searches", "from_cache", "nothing_found", "not_answered", "first_time")
LEFT_OUT = tuple(f"left_out_{measure}" for measure in MEASURES)


class TermTotals(ViewTotals):
    """The days of one term, read together with those of others."""

    def __init__(
        self, view: View, figures_to: datetime, first_day: date | None, days: Mapping[date, Day]
    ) -> None:
        self.view = view
        self.figures_to = figures_to
        self.first_day = first_day
        self.kept_from = view.terms_kept_from
        self.days = dict(days)
        self.hours: dict[datetime, Counts] = {}


def by_day(view: View) -> View:
    """Return the view in buckets that a term is counted in."""
    return replace(view, grain="day") if view.grain == "hour" else view


def read(view: View, term_id: int, figures_to: datetime) -> Trend:
    """Return the figures of one term, as they were at `figures_to`; by day at the finest."""
    return read_several(view, [term_id], figures_to)[term_id]


def read_several(view: View, term_ids: Collection[int], figures_to: datetime) -> dict[int, Trend]:
    """Return the figures of each term, in two queries however many they are."""
    first_day = _first_day(view)
    days = _read_days(view, term_ids)
    return {
        pk: _trend(TermTotals(by_day(view), figures_to, first_day, days.get(pk, {})))
        for pk in term_ids
    }


def _trend(totals: TermTotals) -> Trend:
    trend = trend_of(totals)
    running = totals.running_day
    cut = start_of(running) if running and trend.base is not None else None
    # Who searched is not kept by the term.
    return replace(trend, compared_to=cut, searchers=None, searchers_before=None)


def _first_day(view: View) -> date | None:
    """Return the first day of which a term without a row was not searched.

    Days of terms are kept for a while only, those of the site for ever.
    """
    counted = DayTotals.objects.filter(left_out__in=sides(view.everyone))
    first = Func("day", function="MIN", output_field=DateField())
    of_site, of_terms = (
        rows.order_by().values_list(first, flat=True) for rows in (counted, TermDay.objects.all())
    )
    firsts = list(of_site.union(of_terms, all=True))
    return max(firsts) if all(firsts) else None


def _read_days(view: View, term_ids: Collection[int]) -> dict[int, dict[date, Day]]:
    wanted = Q(day__range=(view.first, view.last))
    if view.before:
        wanted |= Q(day__range=(view.before, view.before_last))
    rows = TermDay.objects.filter(wanted, term__in=list(term_ids), day__gte=view.terms_kept_from)
    found: dict[int, dict[date, Day]] = {}
    for term_id, day, *counts in rows.values_list("term_id", "day", *MEASURES, *LEFT_OUT):
        shown = Counts(*counts[: len(MEASURES)])
        left_out = Counts(*counts[len(MEASURES) :])
        found.setdefault(term_id, {})[day] = Day(
            counts=shown + left_out if view.everyone else shown, left_out=left_out.searches
        )
    return found


def searches_ever(term_ids: Collection[int]) -> dict[int, int]:
    """Return the searches of each term on all days that are kept, staff and bots included."""
    rows = TermDay.objects.filter(term__in=list(term_ids)).values_list("term_id").order_by()
    return dict(rows.annotate(sum=Sum(F("searches") + F("left_out_searches"))))


def left_out_of(view: View) -> int:
    """Return the searches of a period by staff and bots, whether or not they are in the figures."""
    days = DayTotals.objects.filter(day__range=(view.first, view.last), left_out=True)
    return int(days.aggregate(sum=Sum("searches", default=0))["sum"])
