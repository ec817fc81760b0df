from datetime import datetime, timedelta

import numpy as np
import pytest

from dashboard.alerts import hours, spikes
from dashboard.alerts.hours import DAYS, WEEKS, learnt
from dashboard.models import Snapshot
from dashboard.ranks import refreshing
from dashboard.tests import rows
from dashboard.tests.alerts.rhythms import HOUR, NOW, THIS_HOUR, counted, history, hours_of, steady
from dashboard.tests.reading import fold

LAST_HOUR = THIS_HOUR - HOUR


def evening(hour: datetime) -> int:
    """A site of people who watch films in the evening, at weekends twice as many."""
    return (200 if 17 <= hour.hour <= 21 else 20) * (2 if hour.weekday() >= 5 else 1)


def find(counts, now=NOW):
    return spikes.find(hours_of(counts, now))


@pytest.mark.django_db
def test_five_times_as_many_in_an_hour_that_is_over_are_told():
    found = find(history(steady(10)) | {LAST_HOUR: counted(50)})

    assert found is not None
    assert found.since == LAST_HOUR
    assert found.sentence == "Searches spike: 50 in the hour from 19:00, 5.0 times as usual."
    assert found.figures[:2] == (
        ("Searches in the hour", "50"),
        ("Usual for this hour", "about 10"),
    )
    assert found.page.endswith("/admin/?from=2026-11-27&to=2026-11-27")
    assert found.terms == ()


@pytest.mark.django_db
def test_an_hour_that_runs_is_a_spike_as_soon_as_it_is_one():
    found = find(history(steady(100)) | {THIS_HOUR: counted(201)})

    assert found is not None
    assert "201 in the hour from 20:00 so far, to 20:35" in found.sentence
    assert find(history(steady(100)) | {THIS_HOUR: counted(150)}) is None


@pytest.mark.parametrize("searches", [5, 29])
def test_a_small_site_does_not_alarm_on_a_busy_visitor(searches):
    assert find(history(steady(0)) | {LAST_HOUR: counted(searches)}) is None
    assert find(history(steady(1)) | {LAST_HOUR: counted(searches)}) is None


def test_an_evening_and_a_weekend_are_no_spikes():
    """Every other hour of a week, of which each is like that hour of other weeks."""
    whole = history(evening, 10 * 7 * 24)

    for back in range(0, 7 * 24, 2):
        now = THIS_HOUR - HOUR * back
        assert find({hour: one for hour, one in whole.items() if hour < now}, now) is None


def test_a_site_that_has_become_three_times_as_large_is_told_of_on_one_day():
    larger = lambda hour: 300 if hour >= THIS_HOUR - HOUR * 24 else 100  # noqa: E731

    assert find(history(larger)) is None


def test_a_young_site_has_no_spikes():
    two_weeks = 15 * 24

    assert find(history(steady(10), two_weeks) | {LAST_HOUR: counted(500)}) is None


def test_days_without_a_search_are_not_what_is_usual():
    """An import that has not come further than a month ago, on a site that is a day old."""
    old = {hour: one for hour, one in history(steady(50)).items() if hour < NOW - HOUR * 30 * 24}
    new = {THIS_HOUR - HOUR * back: counted(60) for back in range(1, 20)}

    assert find(old | new) is None


@pytest.mark.parametrize("change", ["2026-10-25", "2027-03-28"])
def test_clocks_that_are_changed_alarm_nobody(change):
    """Visitors who keep their hours while the site's clock moves away from them."""
    by_utc = lambda hour: 40 * 3 ** (hour.hour % 6)  # noqa: E731
    now = datetime.fromisoformat(f"{change}T06:05:00+00:00")

    for hour in range(30):
        at = now + HOUR * hour
        assert find(history(by_utc, now=at), at) is None, at


def test_another_time_zone_alarms_nobody(settings):
    settings.TIME_ZONE = "Asia/Kolkata"
    for back in range(24):
        now = NOW - HOUR * back
        # Rows of the old zone began on the hour of UTC, new ones half an hour later.
        assert find(history(evening, now=now), now) is None


@pytest.mark.django_db
def test_the_terms_that_rise_today_are_named():
    for number in range(40):
        rows.search("<b>dune</b>", at=NOW - timedelta(minutes=number), is_first=number == 39)
        rows.search("old", at=NOW - timedelta(days=30, minutes=number))
        rows.search(f"only once {number}", at=NOW - timedelta(minutes=number), is_first=True)
    fold()
    refreshing.refresh_due(NOW)
    assert Snapshot.objects.exclude(figures_to=None).exists()

    found = find(history(steady(5)) | {THIS_HOUR: counted(40)})

    assert found is not None
    assert found.figures[-1] == ("More than all of the day before", '"<b>dune</b>" 40 after 0')
    assert len(found.terms) == 1
    # Somebody has just hidden a term, perhaps this one.
    Snapshot.objects.update(outdated_at=NOW)
    assert find(history(steady(5)) | {THIS_HOUR: counted(40)}).terms == ()


@pytest.mark.django_db
def test_an_hour_of_yesterday_names_the_terms_of_yesterday():
    midnight = datetime.fromisoformat("2026-11-27T00:00:00+01:00")
    for number in range(1, 41):
        rows.search("dune", at=midnight - timedelta(minutes=number), is_first=number == 40)
        rows.search("old", at=midnight - timedelta(days=30, minutes=number))
    rows.search("alien", at=midnight, is_first=True)
    fold()
    refreshing.refresh_due(midnight - timedelta(minutes=5))

    counts = history(steady(5), now=midnight) | {midnight - HOUR: counted(40)}
    found = find(counts, midnight + timedelta(minutes=10))

    assert found is not None
    assert found.page.endswith("?from=2026-11-26&to=2026-11-26")
    assert found.figures[-1] == ("More than all of the day before", '"dune" 40 after 0')


# --- How often it alarms by chance, and how soon it is told ---


def simulated(mean: float, weeks: int, seed: int) -> np.ndarray:
    """Return hours of a site whose evenings have three times as many as its mornings."""
    clock = np.arange(24 * 7 * weeks) % 24
    rhythm = mean * (1 + 0.5 * np.sin(2 * np.pi * (clock - 14) / 24))
    return np.random.default_rng(seed).poisson(rhythm)


def usual_of(counts: np.ndarray, at: int) -> list[hours.Usual]:
    series = [
        counts[at + beside - step * 24 * many : at + beside : step * 24][-many:]
        for beside in hours.NEIGHBOURS
        for step, many in ((7, WEEKS), (1, DAYS))
    ]
    return [learnt(one.tolist()) for one in series]


def alarms(counts: np.ndarray, added: float = 1.0) -> int:
    start = 24 * 7 * WEEKS + 1
    return sum(
        bool(spikes.times_usual(int(counts[at] * added), usual_of(counts, at)))
        for at in range(start, len(counts) - 1)
    )


@pytest.mark.parametrize("mean", [0.5, 8, 30, 400])
def test_chance_alone_alarms_less_than_once_in_half_a_year(mean):
    """Never in half a year, whatever the size of the site: 4,300 hours each."""
    assert alarms(simulated(mean, WEEKS + 26, seed=6)) == 0


def test_five_times_as_many_are_told_when_the_hour_is_over():
    """On a site of thirty an hour: of a hundred such hours, by day and night, at least ninety."""
    told = alarms(simulated(30, WEEKS + 2, seed=7), added=5.0)

    assert told / (24 * 7 * 2 - 2) > 0.9
