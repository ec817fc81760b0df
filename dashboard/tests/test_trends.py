from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard import trends
from dashboard.days import site_date, start_of
from dashboard.front.deltas import NOTHING, of_count
from dashboard.models import DayTotals
from dashboard.periods import view_of
from dashboard.rollup import folding
from dashboard.tests.rows import search
from movies.models import Origin

pytestmark = pytest.mark.django_db
# A Sunday, 10:35 in Berlin.
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def read(**address: str) -> trends.Trend:
    folding.fold()
    return trends.read(view_of(address, TODAY), NOW)


def test_the_chart_adds_up_to_the_total():
    search("dune", at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    search("dune", at=datetime(2026, 11, 22, 9, tzinfo=UTC))

    for grain in ("day", "week", "month"):
        trend = read(period="28", by=grain)

        assert trend.total.searches == 2
        assert sum(bucket.counts.searches for bucket in trend.buckets if bucket.counts) == 2


def test_a_running_day_is_compared_up_to_the_last_whole_hour():
    search("old", at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    search("dune", at=datetime(2026, 11, 21, 8, 59, tzinfo=UTC))
    search("dune", at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    search("dune", at=datetime(2026, 11, 22, 8, 59, tzinfo=UTC))
    search("dune", at=datetime(2026, 11, 22, 9, 1, tzinfo=UTC))

    trend = read(period="today")

    assert (trend.total.searches, trend.elapsed.searches) == (2, 1)
    assert trend.base.searches == 1
    assert trend.compared_to == datetime(2026, 11, 22, 9, tzinfo=UTC)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_nothing_is_compared_before_the_first_search():
    search(at=at(14))

    trend = read(period="7")

    assert trend.base is None
    assert (trend.compared_to, trend.searchers_before) == (None, None)
    assert [bucket.before is None for bucket in trend.buckets[:3]] == [True] * 3
    assert trend.buckets[5].before.searches == 1


def test_days_before_the_first_search_are_gaps_and_days_after_it_zeros():
    search(at=at(20))

    trend = read(period="7", compare="none")

    counts = [bucket.counts and bucket.counts.searches for bucket in trend.buckets]
    assert counts == [None, None, None, None, 1, 0, 0]
    assert {bucket.before for bucket in trend.buckets} == {None}
    assert [bucket.is_unfinished for bucket in trend.buckets] == [False] * 6 + [True]


def test_a_site_without_a_search_has_gaps_and_no_base():
    trend = read()

    assert {bucket.counts for bucket in trend.buckets} == {None}
    assert (trend.total.searches, trend.first_day, trend.searchers) == (0, None, None)
    assert (trend.daily, trend.usual) == ((), ())


def test_a_period_that_is_over_is_compared_as_a_whole():
    search("old", at=at(1))
    search(at=at(13))
    search(at=at(20))
    search(at=at(20))

    trend = read(**{"from": "2026-11-16", "to": "2026-11-21"}, compare="weekdays")

    assert (trend.elapsed.searches, trend.base.searches) == (2, 1)
    assert trend.elapsed == trend.total
    assert trend.compared_to is None
    assert (trend.today, trend.last_day) == (None, date(2026, 11, 21))
    assert trend.daily == (0, 0, 0, 0, 2, 0)
    assert trend.daily_before == (0, 0, 0, 0, 1, 0)


def test_searchers_are_the_mean_of_complete_days():
    search(at=at(20), actor="a")
    search(at=at(20), actor="b")
    search(at=at(20), actor="b")
    search(at=at(21), actor="a")
    search(at=at(22, 8), actor="c")

    assert read(period="7").searchers == 1.5


def test_of_searches_that_name_nobody_the_searchers_are_not_known():
    search(at=at(16), origin=Origin.IMPORT)
    search(at=at(17), origin=Origin.IMPORT)
    days = {"from": "2026-11-16", "to": "2026-11-18"}

    assert read(**days).searchers is None
    search(at=at(17), actor="a")
    # The 17th and the 18th, on which nobody searched.
    assert read(**days).searchers == 0.5


def test_hours_that_have_not_begun_are_gaps():
    search("old", at=at(1))
    search(at=at(22, 8))

    trend = read(period="today", compare="weekdays")

    counts = [bucket.counts and bucket.counts.searches for bucket in trend.buckets]
    # Nine o'clock in Berlin is eight in UTC.
    assert counts[8:12] == [0, 1, 0, None]
    assert [bucket.is_unfinished for bucket in trend.buckets[9:12]] == [False, True, False]
    assert trend.buckets[0].before.searches == 0


def test_hours_before_the_first_search_are_gaps():
    search(at=at(22, 8))

    trend = read(**{"from": "2026-11-21", "to": "2026-11-22"}, compare="none")

    assert trend.buckets[0].counts is None
    assert {bucket.before for bucket in trend.buckets} == {None}


# The clocks go back on 25 October, a day of 25 hours, and forward on 29 March, one of 23.


def test_weeks_begin_on_monday_and_months_with_their_first():
    weeks = read(**{"from": "2026-11-05", "to": "2026-11-17"}, by="week").buckets
    months = read(**{"from": "2026-01-30", "to": "2026-03-02"}, by="month").buckets

    assert [(week.first.day, week.last.day) for week in weeks] == [(5, 8), (9, 15), (16, 17)]
    assert [(month.first, month.last) for month in months] == [
        (date(2026, 1, 30), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 2)),
    ]


def test_what_is_usual_are_four_weeks_however_short_the_period():
    for day in range(1, 23):
        search(at=at(day, 8))

    trend = read(period="today")

    assert trend.usual == (1,) * 21
    assert (trend.today, trend.last_day) == (1, date(2026, 11, 21))


def test_left_out_searches_are_counted_whether_or_not_they_are_shown():
    search(at=at(20))
    search(at=at(20), is_bot=True)

    assert (read().total.searches, read().left_out) == (1, 1)
    assert (read(everyone="1").total.searches, read(everyone="1").left_out) == (2, 1)


def searched_by_the_hour(days: int = 40) -> None:
    """A search each night at half past midnight and each noon, by the clock of Berlin."""
    for number in range(days):
        search(at=at(21, 23) + timedelta(minutes=30) - timedelta(days=number + 1))
        search(at=at(21, 11) - timedelta(days=number))


@pytest.mark.parametrize(
    ("now", "figures_to"),
    [
        # Five seconds after midnight, ten after the last roll-up.
        (
            datetime(2026, 11, 21, 23, 0, 5, tzinfo=UTC),
            datetime(2026, 11, 21, 22, 59, 50, tzinfo=UTC),
        ),
        # At eight in the morning, of a roll-up that stopped in the evening.
        (at(22, 7), at(21, 21)),
    ],
)
def test_a_day_that_the_figures_have_not_reached_is_compared_with_nothing(now, figures_to):
    searched_by_the_hour()
    folding.fold()

    trend = trends.read(view_of({"period": "today"}, site_date(now)), figures_to)

    assert (trend.elapsed.searches, trend.base.searches) == (0, 0)
    assert of_count(trend.elapsed.searches, trend.base.searches) == NOTHING
    assert trend.compared_to == start_of(TODAY)


def test_a_month_that_the_figures_have_not_reached_is_compared_with_nothing():
    searched_by_the_hour()
    folding.fold()
    first = date(2026, 11, 1)

    trend = trends.read(
        view_of({"period": "month"}, first), start_of(first) - timedelta(seconds=10)
    )

    assert of_count(trend.elapsed.searches, trend.base.searches) == NOTHING


def test_days_before_one_that_the_figures_have_not_reached_are_compared_as_ever():
    searched_by_the_hour()
    folding.fold()

    trend = trends.read(view_of({"period": "7"}, TODAY), at(21, 21))

    # Five days, and of the sixth all but its last two hours.
    assert (trend.elapsed.searches, trend.base.searches) == (12, 12)


@pytest.mark.parametrize(("days", "compared_to"), [(700, at(22, 9)), (900, start_of(TODAY))])
def test_a_running_day_whose_partners_hours_are_gone_is_left_out(days, compared_to):
    search("old", at=at(22) - timedelta(days=2000))
    gone = TODAY - timedelta(days=900)
    DayTotals.objects.create(day=gone, left_out=False, searches=1, only_totals=True)
    first = (TODAY - timedelta(days=days - 1)).isoformat()

    trend = read(**{"from": first, "to": TODAY.isoformat()}, compare="previous")

    assert trend.compared_to == compared_to


def test_hours_that_are_kept_no_more_are_gaps_of_the_compared_period():
    search("old", at=at(22) - timedelta(days=900))
    search(at=at(22, 8))
    first = (TODAY - timedelta(days=600)).isoformat()

    trend = read(**{"from": first, "to": first}, compare="year")

    assert len(trend.buckets) == 24
    assert {bucket.before for bucket in trend.buckets} == {None}
