from datetime import timedelta

import numpy as np
import pytest

from dashboard.alerts import silences
from dashboard.tests import rows
from dashboard.tests.alerts.rhythms import (
    HOUR,
    NOW,
    THIS_HOUR,
    before,
    counted,
    history,
    hours_of,
    steady,
)
from movies.models import Origin

pytestmark = pytest.mark.django_db


def silent_for(hours: int, searches: int = 20, **facts):
    """Return a site on which nobody has searched in so many whole hours and the running one."""
    counts = history(steady(searches))
    for back in range(hours + 1):
        counts[THIS_HOUR - HOUR * back] = counted(0)
    return hours_of(counts, **facts)


def test_four_hours_without_a_search_are_told_where_twenty_an_hour_are_usual():
    last = THIS_HOUR - HOUR * 3 - timedelta(minutes=7)
    rows.search(at=last)

    found = silences.find(silent_for(3))

    assert found is not None
    assert found.since == last
    assert found.sentence == "Nobody has searched since 16:53; about 72 searches would be usual."
    assert found.page.endswith("?from=2026-11-27&to=2026-11-27")


def test_a_silence_that_began_yesterday_is_told_with_its_day():
    rows.search(at=NOW - HOUR * 22 - timedelta(minutes=3))

    found = silences.find(silent_for(21, searches=5))

    assert found is not None
    assert found.subject == "Nobody has searched since Thu 26 Nov, 22:32"
    assert found.figures[-1] == ("Since", "Thu 26 Nov, 22:32")
    assert found.page.endswith("?from=2026-11-26&to=2026-11-27")


def test_half_as_long_is_not():
    assert silences.find(silent_for(1)) is None


def test_a_search_that_is_no_longer_kept_leaves_the_hour():
    found = silences.find(silent_for(3))

    assert found is not None
    assert found.since == THIS_HOUR - HOUR * 3


def test_a_site_that_is_seldom_used_is_never_silent():
    assert silences.find(silent_for(30, searches=1)) is None


def test_a_young_site_is_not_silent():
    two_weeks = history(steady(50), 14 * 24)
    for back in range(5):
        two_weeks[THIS_HOUR - HOUR * back] = counted(0)

    assert silences.find(hours_of(two_weeks)) is None
    assert silences.find(hours_of({})) is None


def test_a_night_in_which_nobody_ever_searches_is_not_silent():
    by_day = lambda hour: 0 if hour.hour >= 15 else 200  # noqa: E731

    assert silences.find(hours_of(history(by_day))) is None


def test_a_search_in_the_running_hour_ends_it():
    counts = dict(silent_for(4).counts)

    assert silences.find(hours_of(counts | {THIS_HOUR: counted(1)})) is None


def test_somebody_who_still_waits_for_an_answer_is_not_nobody():
    rows.search(at=NOW, outcome="")

    assert silences.find(silent_for(4)) is None


def test_bots_and_staff_are_nobody():
    rows.search(at=NOW, is_bot=True)
    rows.search(at=NOW, origin=Origin.STAFF)

    assert silences.find(silent_for(4)) is not None


def test_hours_in_which_the_site_was_down_are_not_missed():
    ran = [hour for hour in before() if hour < THIS_HOUR - HOUR * 4]

    assert silences.find(silent_for(4, worked=ran)) is None


@pytest.mark.parametrize("mean", [3.0, 30.0])
def test_chance_alone_alarms_not_once_in_ten_years(mean):
    """Visits come by chance, each with one to five searches; 87,600 hours."""
    random = np.random.default_rng(6)
    gaps = random.exponential(1 / mean, int(mean * 87_600))

    assert not silences.is_silence(gaps.max() * mean * 3)
