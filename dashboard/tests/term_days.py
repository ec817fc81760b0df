"""Figures to look at: how often terms were searched on a day, without the searches themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from dashboard.kept import known_from
from dashboard.models import DayTotals, RollUp, TermDay
from dashboard.periods import Compare, View
from movies.models import SearchTerm

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
# What is added up of a day into its totals.
MEASURES = ("searches", "nothing_found", "first_time")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def searched(term: str, day: date, searches: int = 1, **counts: int) -> int:
    """Write that a term was searched on a day; return the term's id."""
    row, _ = SearchTerm.objects.get_or_create(term=term)
    TermDay.objects.create(term=row, day=day, searches=searches, **counts)
    counts["searches"] = searches
    for left_out, prefix in ((False, ""), (True, "left_out_")):
        totals, _ = DayTotals.objects.get_or_create(day=day, left_out=left_out)
        totals.refresh_from_db()
        for measure in MEASURES:
            added = getattr(totals, measure) + counts.get(prefix + measure, 0)
            setattr(totals, measure, added)
        totals.save()
    return row.pk


def first_searched(days_ago: int = 1000) -> None:
    """Write that the site was searched long ago, which makes later ones comparable."""
    DayTotals.objects.create(day=ago(days_ago), left_out=False, searches=1)


def only_totals_before(day: date) -> None:
    """Have retention been at all earlier days: their totals say so, whatever else is left."""
    DayTotals.objects.filter(day__lt=day).update(only_totals=True)


def a_long_tail(days: int = 30) -> None:
    """Write so many days that the database plans as it would for a large site."""
    SearchTerm.objects.bulk_create(SearchTerm(pk=pk, term=f"term {pk}") for pk in range(1, 151))
    TermDay.objects.bulk_create(
        TermDay(day=ago(day), term_id=pk, searches=300 // pk + 1, nothing_found=300 // pk)
        for pk in range(1, 151)
        for day in range(days)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dashboard_termday")


def folded(to: datetime = NOON) -> None:
    RollUp.objects.update_or_create(pk=1, defaults={"figures_to": to, "time_zone": "Europe/Berlin"})


def period(
    days: int = 7,
    compare: Compare = "weekdays",
    *,
    last: date = TODAY,
    everyone: bool = False,
) -> View:
    first = last - timedelta(days=days - 1)
    view = View("custom", first, last, compare, "day", everyone=everyone)
    known = known_from(view.first, view.last, view.before, TODAY)
    return replace(view, known_from=known)
