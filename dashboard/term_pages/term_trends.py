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
from dashboard.ranks import families
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
        self.kept_from = view.known_from
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
    # What was hidden leaves days without a search.
    counted = DayTotals.objects.filter(left_out__in=sides(view.everyone), searches__gt=0)
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
    known = families.read(term_ids)
    rows = TermDay.objects.filter(
        families.days_of(term_ids), wanted, day__gte=view.known_from
    ).values_list("term_id", "root_id", "day", *MEASURES, *LEFT_OUT)
    found: dict[int, dict[date, Day]] = {pk: {} for pk in term_ids}
    for term_id, root_id, day, *measures in rows:
        shown = Counts(*measures[: len(MEASURES)])
        left_out = Counts(*measures[len(MEASURES) :])
        counts = shown + left_out if view.everyone else shown
        for pk in found.keys() & {term_id, root_id}:
            # A family is new with the first of its members.
            is_first = known.first_of.get(pk, term_id) == term_id
            of_day = found[pk].setdefault(day, Day())
            of_day.counts += counts if is_first else replace(counts, first_time=0)
            of_day.left_out += left_out.searches
    return found


def searches_ever(term_ids: Collection[int]) -> dict[int, int]:
    """Return the searches of each term on all days that are kept, staff and bots included."""
    rows = TermDay.objects.filter(families.days_of(term_ids)).order_by()
    found = dict.fromkeys(term_ids, 0)
    sums = rows.values("term_id", "root_id").annotate(
        sum=Sum(F("searches") + F("left_out_searches"))
    )
    for term_id, root_id, searches in sums.values_list("term_id", "root_id", "sum"):
        for pk in found.keys() & {term_id, root_id}:
            found[pk] += searches
    return found


def left_out_of(view: View) -> int:
    """Return the searches of a period by staff and bots, whether or not they are in the figures."""
    days = DayTotals.objects.filter(day__range=(view.first, view.last), left_out=True)
    return int(days.aggregate(sum=Sum("searches", default=0))["sum"])
