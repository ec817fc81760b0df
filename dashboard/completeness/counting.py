"""Count how often the terms of some days were searched, in one statement, by the day.

Which of two searches of a day came first is not kept longer than the searches themselves. So the
last tenth of a period is of its last days: as few as hold at least a tenth of its searches.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import Q, Sum

from dashboard.completeness.estimates import expected_of_last
from dashboard.days import ONE_DAY
from dashboard.models import DayTotals, TermDay
from dashboard.ranks.term_sums import count
from dashboard.rollup.counting import sides
from movies.models import Hit, SearchTerm

LAST_PART = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of the terms of some days."""

    searches: int = 0
    terms: int = 0
    # Terms searched exactly so often.
    once: int = 0
    twice: int = 0
    # The first of the last days, empty where there is no day before them; their searches, how
    # many of these were the first of their term in the period, and the share expected of that.
    last_from: str = ""
    last_searches: int = 0
    last_new: int = 0
    last_expected: float = 0.0
    # Searches for terms of which OMDb has films, and has none; of the others nobody knows.
    with_films: int = 0
    without_films: int = 0
    # The part of its films that is held, added up over the searches with films; and the squares
    # of how often each of these terms was searched, added up.
    held: float = 0.0
    with_films_squares: int = 0
    # Searches on these days, also of those whose terms are kept no more.
    all_searches: int = 0

    @property
    def has_all_terms(self) -> bool:
        """Return whether it is known of each search what it was for.

        Both are added to in one transaction, and all searches are read first.
        """
        return self.searches >= self.all_searches


def count_terms(first: date, last: date, *, everyone: bool) -> Counted:
    """Return what is counted of the days from `first` to `last`."""
    by_day = searches_by_day(first, last, everyone=everyone)
    last_from = _last_days_from(by_day)
    rows = _spectrum(first, last, last_from or last + ONE_DAY, everyone=everyone)
    found = _added_up(rows, sum(by_day.values()))
    if last_from is None or not found.has_all_terms:
        return replace(found, last_searches=0, last_new=0)
    spectrum = [(int(row[0]), int(row[1])) for row in rows]
    expected = expected_of_last(spectrum, found.searches, found.last_searches)
    return replace(found, last_from=str(last_from), last_expected=expected)


def searches_by_day(first: date, last: date, *, everyone: bool) -> dict[date, int]:
    """Return the searches of each day that had any, also where their terms are kept no more."""
    days = DayTotals.objects.filter(
        day__range=(first, last), left_out__in=sides(everyone), searches__gt=0
    )
    return dict(days.order_by("day").values_list("day").annotate(Sum("searches")))


def _last_days_from(by_day: dict[date, int]) -> date | None:
    """Return the first of the last days; None where no searches are left before them."""
    left = sum(by_day.values())
    enough = left / LAST_PART
    found = 0
    for day in reversed(by_day):
        found += by_day[day]
        if found >= enough:
            return day if found < left else None
    return None


def _spectrum(
    first: date, last: date, last_from: date, *, everyone: bool
) -> list[tuple[float, ...]]:
    """Return one row for each number of searches that a term had.

    Its columns: that number; how many terms had it; their searches on the last days; how many of
    them had none before these; of how many OMDb has films, and none; the parts of these films
    that are held, added up.
    """
    searches = count("searches", everyone=everyone)
    terms = TermDay.objects.filter(day__range=(first, last)).order_by().values("term_id")
    terms = terms.annotate(
        searches_now=Sum(searches), earlier=Sum(searches, filter=Q(day__lt=last_from), default=0)
    )
    inner, params = terms.query.sql_with_params()
    # Materialized, or SQLite counts the films of a term anew wherever they are named.
    sql = f"""
        WITH counted (term_id, number, earlier) AS ({inner}),
        known AS MATERIALIZED (
            SELECT counted.number, counted.earlier, term.total_results AS films,
                (SELECT COUNT(*) FROM {Hit._meta.db_table} WHERE term_id = term.id) AS held
            FROM counted JOIN {SearchTerm._meta.db_table} AS term ON term.id = counted.term_id
            WHERE counted.number > 0
        ),
        shared AS MATERIALIZED (
            SELECT number, earlier, films, CASE WHEN films > 0 THEN
                CASE WHEN held < films THEN CAST(held AS DOUBLE PRECISION) / films ELSE 1 END
            END AS part FROM known
        )
        SELECT number, COUNT(*), SUM(number - earlier),
            SUM(CASE WHEN earlier = 0 THEN 1 ELSE 0 END),
            SUM(CASE WHEN films > 0 THEN 1 ELSE 0 END), SUM(CASE WHEN films = 0 THEN 1 ELSE 0 END),
            COALESCE(SUM(part), 0)
        FROM shared GROUP BY number
    """  # noqa: S608 - names of tables, and a query whose values are in params
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[float, ...]] = cursor.fetchall()
    return found


def _added_up(rows: list[tuple[float, ...]], all_searches: int) -> Counted:
    terms_of = {int(number): int(terms) for number, terms, *_ in rows}
    return Counted(
        searches=sum(number * terms for number, terms in terms_of.items()),
        terms=sum(terms_of.values()),
        once=terms_of.get(1, 0),
        twice=terms_of.get(2, 0),
        last_searches=int(sum(row[2] for row in rows)),
        last_new=int(sum(row[3] for row in rows)),
        with_films=int(sum(row[0] * row[4] for row in rows)),
        without_films=int(sum(row[0] * row[5] for row in rows)),
        held=float(sum(row[0] * row[6] for row in rows)),
        with_films_squares=int(sum(row[0] * row[0] * row[4] for row in rows)),
        all_searches=all_searches,
    )
