from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from dashboard import figures
from dashboard.tests import rows
from movies.models import Origin, Outcome

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, 35, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _in_london(settings):
    settings.TIME_ZONE = "Europe/London"


@pytest.fixture
def in_berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"


def count_of(searches: figures.Searches, day: date) -> int | None:
    return {one.date: one.searches for one in searches.days}[day]


def test_a_site_without_a_search_has_gaps_and_no_zeros():
    searches = figures.searches(NOW)

    assert {day.searches for day in searches.days} == {None}
    assert (searches.total, searches.not_by_staff, searches.left_out) == (0, 0, 0)
    assert not searches.ever
    assert searches.first is None
    assert searches.last is None


def test_the_period_is_28_days_and_ends_today():
    searches = figures.searches(NOW)

    assert len(searches.days) == 28
    assert searches.days[0].date == date(2026, 10, 26)
    assert searches.days[-1].date == date(2026, 11, 22)


def test_days_before_the_first_search_are_gaps_and_days_after_it_zeros():
    rows.search(at=NOW - timedelta(days=3))

    searches = figures.searches(NOW)

    assert [day.searches for day in searches.days[-5:]] == [None, 1, 0, 0, 0]


def test_a_first_search_before_the_period_leaves_no_gap():
    rows.search(at=NOW - timedelta(days=40))

    searches = figures.searches(NOW)

    assert {day.searches for day in searches.days} == {0}
    assert searches.last == NOW - timedelta(days=40)


def test_today_and_the_week_are_site_days():
    for days in (0, 0, 1, 6, 7, 27, 28):
        rows.search(at=NOW - timedelta(days=days))

    searches = figures.searches(NOW)

    assert searches.of_last(1) == 2
    assert searches.of_last(7) == 4
    assert searches.total == 6


def test_a_search_dated_after_today_is_not_counted_yet():
    rows.search(at=NOW + timedelta(days=1))

    searches = figures.searches(NOW)

    assert (searches.total, searches.first, searches.left_out) == (0, None, 0)
    assert not searches.ever
    assert figures.terms(NOW).first_time == 0


def test_staff_and_bots_are_left_out_and_counted_apart():
    rows.search()
    rows.search(origin=Origin.COMMAND)
    rows.search(origin=Origin.STAFF)
    rows.search(is_bot=True)

    searches = figures.searches(timezone.now())

    assert (searches.total, searches.left_out) == (2, 2)
    assert searches.not_by_staff == 3


def test_a_site_that_only_bots_search_has_gaps():
    rows.search(is_bot=True)

    searches = figures.searches(timezone.now())

    assert {day.searches for day in searches.days} == {None}
    assert searches.left_out == 1


def test_a_term_is_new_once_however_often_it_is_searched():
    rows.search("dune", at=NOW - timedelta(days=2))
    rows.search("dune", at=NOW - timedelta(days=1))
    rows.search("alien", at=NOW, new_at=NOW - timedelta(days=40))

    assert figures.terms(NOW).first_time == 1


def test_a_term_that_staff_asked_for_first_is_not_new_and_one_of_a_bot_is():
    rows.search("dune", at=NOW, origin=Origin.STAFF)
    rows.search("dune", at=NOW)
    rows.search("heat", at=NOW, is_bot=True)

    assert figures.terms(NOW).first_time == 1


@pytest.mark.parametrize("who", [{"origin": Origin.STAFF}, {"is_bot": True}])
def test_it_is_remembered_for_ever_that_somebody_searched(who):
    rows.search(at=NOW - timedelta(days=40), **who)

    searches = figures.searches(NOW)

    assert (searches.first, searches.left_out, searches.ever) == (None, 0, True)


def test_a_day_begins_at_the_sites_midnight(in_berlin):
    rows.search(at=datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC))
    rows.search(at=datetime(2026, 11, 20, 23, 0, tzinfo=UTC))

    searches = figures.searches(NOW)

    assert count_of(searches, date(2026, 11, 20)) == 1
    assert count_of(searches, date(2026, 11, 21)) == 1


def test_the_readers_own_zone_does_not_move_the_days(in_berlin):
    rows.search(at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))

    with timezone.override("America/New_York"):
        searches = figures.searches(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))

    assert count_of(searches, date(2026, 11, 21)) == 1
    assert searches.days[-1].date == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)]
)
def test_a_day_of_23_or_25_hours_has_all_its_searches_and_no_other(in_berlin, day, hours):
    begins = datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)
    for hour in range(-1, hours + 1):
        rows.search(at=begins + timedelta(hours=hour))

    searches = figures.searches(begins + timedelta(days=3))

    assert count_of(searches, day) == hours
    assert count_of(searches, day - timedelta(days=1)) == 1
    assert count_of(searches, day + timedelta(days=1)) == 1


def test_the_first_day_of_the_period_is_whole_across_a_change_of_the_clocks(in_berlin):
    # 26 October is the day after the clocks went back.
    rows.search(at=datetime(2026, 10, 25, 23, 0, tzinfo=UTC))
    rows.search(at=datetime(2026, 10, 25, 22, 59, tzinfo=UTC))

    searches = figures.searches(NOW)

    assert searches.days[0] == figures.Day(date(2026, 10, 26), 1)


def test_failed_searches_are_those_without_an_answer_in_24_hours():
    rows.search(at=NOW - timedelta(hours=1), outcome=Outcome.FAILED)
    rows.search(at=NOW - timedelta(hours=23), outcome=Outcome.REFUSED, is_bot=True)
    rows.search(at=NOW - timedelta(hours=25), outcome=Outcome.FAILED)
    rows.search(at=NOW, outcome=Outcome.OVER_BUDGET)
    rows.search(at=NOW, outcome=Outcome.NOT_FOUND)

    assert figures.failed_searches(NOW).count == 2


def test_failed_tasks_are_those_of_24_hours():
    rows.task_result("FAILURE", NOW - timedelta(hours=23))
    rows.task_result("FAILURE", NOW - timedelta(hours=25))
    rows.task_result("SUCCESS", NOW)

    assert figures.failed_tasks(NOW).count == 1


def test_films_are_complete_or_merely_held():
    rows.film(is_full_record=True)
    rows.film()

    assert figures.films() == figures.Films(held=2, complete=1)


def test_no_film_is_no_film():
    assert figures.films() == figures.Films(held=0, complete=0)


def test_notifications_are_counted_by_state():
    rows.notification("sent")
    rows.notification("sent")
    rows.notification("failed")
    rows.notification("failed", reviewed_at=NOW)

    assert figures.notifications() == figures.Notifications({"sent": 2, "failed": 2})
    assert figures.unreviewed() == 1


def test_searches_cost_the_same_however_many(django_assert_num_queries):
    rows.search()
    with django_assert_num_queries(4):
        figures.searches(timezone.now())

    for number in range(20):
        rows.search(f"term {number}", at=timezone.now() - timedelta(days=number))

    with django_assert_num_queries(4):
        figures.searches(timezone.now())
