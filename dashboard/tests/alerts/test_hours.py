from datetime import UTC, datetime, timedelta

import pytest

from dashboard.alerts import hours
from dashboard.models import HourTotals, RollUp
from dashboard.tests.alerts.rhythms import HOUR, NOW, THIS_HOUR, history, hours_of, steady, store

pytestmark = pytest.mark.django_db


def test_the_hours_cost_three_statements_however_many(django_assert_num_queries):
    store(history(steady(7)))

    with django_assert_num_queries(3):
        found = hours.read(NOW)

    assert found is not None
    assert (found.now, found.running) == (NOW, THIS_HOUR)
    assert found.searches(THIS_HOUR - HOUR) == 7
    assert found.sum(found.last(3)).searches == 14
    assert THIS_HOUR - HOUR * 47 in found.worked
    assert THIS_HOUR - HOUR * 48 not in found.worked


def test_staff_and_bots_are_not_in_them():
    store(history(steady(7)))
    HourTotals.objects.create(hour=THIS_HOUR, left_out=True, searches=5000)

    found = hours.read(NOW)

    assert found is not None
    assert found.searches(THIS_HOUR) == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"figures_to": None},
        {"figures_to": NOW - timedelta(minutes=31)},
        {"figures_to": NOW + timedelta(minutes=31)},
        {"needs_rebuild": True},
        {"time_zone": "Asia/Tokyo"},
    ],
    ids=["never folded", "behind", "a clock put back", "rebuilding", "another zone"],
)
def test_figures_that_do_not_tell_of_now_are_none(facts):
    store(history(steady(7), 24))
    RollUp.objects.update(**facts)

    assert hours.read(NOW) is None


def test_a_site_without_any_figures_has_none():
    RollUp.objects.all().delete()

    assert hours.read(NOW) is None


def test_an_hour_is_compared_with_the_same_hour_of_the_clock():
    """Clocks in Berlin go back on 25 October: 20:00 is then an hour later in UTC."""
    evening = datetime(2026, 10, 28, 19, tzinfo=UTC)

    assert hours.earlier(evening, 7) == datetime(2026, 10, 21, 18, tzinfo=UTC)
    assert hours.earlier(evening, 1) == evening - timedelta(days=1)


def test_what_is_usual_is_told_of_the_hour_and_its_neighbours_by_week_and_by_day():
    by_hour = hours_of(history(lambda hour: hour.hour + 1))

    usual = by_hour.usual(THIS_HOUR)

    assert [round(one.mean) for one in usual] == [19, 19, 20, 20, 21, 21]
