from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard import trends
from dashboard.models import TermDay
from dashboard.periods import view_of
from dashboard.rollup import folding
from dashboard.term_pages import term_trends
from dashboard.tests.rows import search
from dashboard.tests.term_days import ago, only_totals_before
from movies.models import Origin, Outcome, SearchTerm

pytestmark = pytest.mark.django_db
# A Sunday, 10:35 in Berlin.
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def read(term: str = "dune", **address: str) -> trends.Trend:
    folding.fold()
    pk = SearchTerm.objects.get(term=term).pk
    return term_trends.read(view_of(address, TODAY), pk, NOW)


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_the_chart_of_a_term_adds_up_to_its_total(grain):
    search("dune", at=at(20))
    search("dune", at=at(22, 9))
    search("alien", at=at(20))

    trend = read(by=grain)

    assert trend.total.searches == 2
    assert sum(bucket.counts.searches for bucket in trend.buckets if bucket.counts) == 2


def test_the_terms_of_a_period_add_up_to_the_site():
    search("dune", at=at(20), films_found=1)
    search("alien", at=at(21), outcome=Outcome.NOT_FOUND)
    search("alien", at=at(21), outcome=Outcome.FAILED)
    folding.fold()
    view = view_of({}, TODAY)

    each = term_trends.read_several(view, SearchTerm.objects.values_list("pk", flat=True), NOW)
    site = trends.read(view, NOW)

    summed = sum((trend.total for trend in each.values()), start=term_trends.Counts())
    for measure in term_trends.MEASURES:
        assert getattr(summed, measure) == getattr(site.total, measure)
    assert site.total.nothing_found == site.total.from_cache == site.total.not_answered == 1


def test_hours_of_a_term_are_days():
    search("dune", at=at(22, 9))

    [bucket] = read(period="today").buckets

    assert (bucket.hour, bucket.counts.searches, bucket.is_unfinished) == (None, 1, True)


def test_only_complete_days_of_a_running_period_are_compared():
    search("old", at=at(1))
    search("dune", at=at(14))
    search("dune", at=at(15, 9))
    search("dune", at=at(21))
    search("dune", at=at(22, 9))

    trend = read(period="7", compare="previous")

    assert (trend.total.searches, trend.elapsed.searches) == (2, 1)
    assert trend.base.searches == 1
    assert trend.compared_to == datetime(2026, 11, 21, 23, tzinfo=UTC)


def test_a_period_that_is_over_is_compared_whole():
    search("old", at=at(1))
    search("dune", at=at(9))
    search("dune", at=at(16))

    trend = read(**{"from": "2026-11-16", "to": "2026-11-20"}, compare="weekdays")

    assert (trend.elapsed.searches, trend.base.searches) == (1, 1)
    assert trend.compared_to is None


def test_nothing_is_compared_if_nothing_is_asked_for_or_known():
    search("dune", at=at(21))

    assert read(compare="none").base is None
    assert read(period="28").base is None


def test_staff_and_bots_count_only_if_asked_for():
    search("dune", at=at(20))
    search("dune", at=at(21), is_bot=True)
    search("dune", at=at(21), origin=Origin.STAFF)

    without, everyone = read(), read(everyone="1")

    assert (without.total.searches, without.left_out) == (1, 2)
    assert (everyone.total.searches, everyone.left_out) == (3, 2)


def test_a_day_whose_terms_are_no_longer_kept_is_a_gap_and_no_zero():
    search("dune", at=at(10))
    search("dune", at=at(20))
    folding.fold()
    TermDay.objects.filter(day__lt=date(2026, 11, 15)).delete()

    counts = {bucket.first.day: bucket.counts for bucket in read(by="day").buckets}

    assert counts[10] is None
    assert counts[21].searches == 0


def test_a_bucket_that_reaches_into_days_kept_no_more_is_a_gap():
    search("old", at=at(22) - timedelta(days=1500))
    for day in (798, 799, 800, 801, 802):
        search("dune", at=at(22) - timedelta(days=day))
    folding.fold()
    only_totals_before(ago(800))

    days = read(**{"from": "2024-09-10", "to": "2024-09-16"}, by="day")
    weeks = read(**{"from": "2024-09-10", "to": "2024-09-16"}, by="week")

    counts = {bucket.first.day: bucket.counts and bucket.counts.searches for bucket in days.buckets}
    assert counts == {10: None, 11: None, 12: None, 13: 1, 14: 1, 15: 1, 16: 0}
    assert [bucket.counts is None for bucket in weeks.buckets] == [True, False]
    assert (days.total.searches, days.base) == (3, None)


def test_a_site_without_a_search_has_no_first_day():
    trend = term_trends.read(view_of({}, TODAY), 1, NOW)

    assert trend.first_day is None
    assert {bucket.counts for bucket in trend.buckets} == {None}


def test_nobody_is_recognised_by_the_term():
    search("dune", at=at(21), actor="somebody")

    assert (read().searchers, read().searchers_before) == (None, None)


def test_reading_several_terms_costs_as_much_as_one(django_assert_num_queries):
    for number in range(5):
        search(f"dune {number}", at=at(21) - timedelta(days=number))
    folding.fold()
    pks = list(SearchTerm.objects.values_list("pk", flat=True))

    for asked in (pks[:1], pks):
        with django_assert_num_queries(3):
            assert len(term_trends.read_several(view_of({}, TODAY), asked, NOW)) == len(asked)


def test_all_searches_of_a_term_are_those_of_all_kept_days_and_of_everybody():
    search("dune", at=at(1))
    search("dune", at=at(20), is_bot=True)
    alien = search("alien", at=at(20)).term
    folding.fold()
    unknown = alien.pk + 1000

    pks = [*SearchTerm.objects.values_list("pk", flat=True), unknown]
    ever = term_trends.searches_ever(pks)

    assert sorted(ever.values()) == [0, 1, 2]
    assert ever[unknown] == 0


def test_the_searches_left_out_of_a_period_are_counted():
    search("dune", at=at(20), is_bot=True)
    search("alien", at=at(21), origin=Origin.STAFF)
    search("alien", at=at(21))
    search("alien", at=at(1), is_bot=True)
    folding.fold()

    assert term_trends.left_out_of(view_of({"period": "7"}, TODAY)) == 2
    assert term_trends.left_out_of(view_of({"period": "today"}, TODAY)) == 0
