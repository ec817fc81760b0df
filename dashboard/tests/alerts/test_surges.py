import pytest
from scipy.stats import binom

from dashboard.alerts import surges
from dashboard.tests.alerts.rhythms import HOUR, THIS_HOUR, before, counted, hours_of
from dashboard.totals import Counts

# One in ten finds nothing.
USUAL = {hour: counted(60, nothing_found=6) for hour in before()}


def lately(searches: int, nothing_found: int, **facts: int) -> dict:
    return {
        THIS_HOUR - HOUR * back: counted(searches, nothing_found=nothing_found, **facts)
        for back in range(3)
    }


def test_three_times_as_many_that_find_nothing_are_told():
    found = surges.find(hours_of(USUAL | lately(40, 12)))

    assert found is not None
    assert found.since == THIS_HOUR - HOUR * 2
    assert found.sentence == (
        "Searches that find nothing have surged: 30.0\xa0% since 18:00, after 10.0\xa0%."
    )
    assert found.figures[0] == ("Found nothing", "36 of 120, 30.0\xa0%")
    assert found.page.endswith("?from=2026-11-27&to=2026-11-27&chart=outcomes")


@pytest.mark.parametrize(
    ("searches", "nothing_found"),
    [(40, 4), (40, 5), (10, 6), (4000, 500)],
    ids=["as usual", "by chance", "too few", "less than half as high again"],
)
def test_what_is_usual_may_be_chance_or_is_small_is_not(searches, nothing_found):
    assert surges.find(hours_of(USUAL | lately(searches, nothing_found))) is None


def test_searches_that_were_not_answered_are_in_no_share():
    assert surges.find(hours_of(USUAL | lately(200, 12, not_answered=160))) is not None
    assert surges.find(hours_of(USUAL | lately(200, 12))) is None


def test_a_site_without_a_usual_share_has_no_surge():
    assert surges.find(hours_of(lately(40, 30))) is None


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("searches", [50, 150, 1000])
def test_chance_alone_alarms_less_than_once_in_fifty_years(searches, share):
    """By the exact chance that so many of three hours' searches find nothing."""
    usual = Counts(searches=28 * searches, nothing_found=round(28 * searches * share))
    least = next(
        count
        for count in range(searches + 1)
        if surges.is_surge(Counts(searches=searches, nothing_found=count), usual)
    )

    assert 24 * 365 * 50 * binom.sf(least - 1, searches, share) < 1
