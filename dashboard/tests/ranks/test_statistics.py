import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dashboard.ranks.boards import ENOUGH
from dashboard.ranks.statistics import (
    UNKNOWN,
    daily_volume_change,
    discoveries,
    rate_ratios,
    volume_change,
)

ON_THE_WEB = """
import sys
import config.wsgi
from django.urls import reverse
reverse("admin:index")
print(sorted({"django", "numpy", "scipy"} & set(sys.modules)))
"""
WEEK = np.array([1.0, 1.0, 0.95, 1.0, 1.2, 1.5, 1.4])


def ratio_of(now: int, before: int, *, all_now: int = 1000, all_before: int = 1000):
    ratios = rate_ratios([now], [before], all_now=all_now, all_before=all_before)
    return ratios.ratio[0], ratios.low[0], ratios.high[0], ratios.p_value[0]


def test_a_web_process_loads_no_numpy_and_no_scipy():
    done = subprocess.run(
        [sys.executable, "-c", ON_THE_WEB], capture_output=True, text=True, check=True
    )

    assert done.stdout == "['django']\n"


@pytest.mark.parametrize(
    ("now", "before", "size", "p_value"),
    [
        (30, 10, 1000, 0.002221),
        (5, 0, 1000, 0.0625),
        (3, 1, 1000, 0.625),
        (0, 12, 1000, 0.000488),
        (300, 250, 10_000, 0.036579),
    ],
)
def test_the_p_value_is_the_published_one(now, before, size, p_value):
    found = ratio_of(now, before, all_now=size, all_before=size)

    assert found[3] == pytest.approx(p_value, abs=5e-7)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        (30, 10, 1.42741, 6.87930),
        (3, 1, 0.24088, 157.492),
        (300, 250, 1.01119, 1.42504),
        (5, 0, 0.91636, math.inf),
        # One-sided, so by hand: its share is at most 1 - 0.025 ** (1 / 12).
        (0, 12, 0, 0.025 ** (-1 / 12) - 1),
        (0, 0, 0, math.inf),
    ],
)
def test_the_interval_is_the_published_one(now, before, low, high):
    assert volume_change(now, before) == pytest.approx((low, high), rel=5e-6)
    assert ratio_of(now, before)[1:3] == pytest.approx((low, high), rel=5e-6)


@pytest.mark.parametrize(
    ("now", "before", "size", "growth"),
    [(50, 40, 1000, 0.25), (6, 4, 100, 0.5), (150, 1000, 1000, -0.85)],
)
def test_growth_is_the_ratio_less_one(now, before, size, growth):
    assert ratio_of(now, before, all_now=size, all_before=size)[0] - 1 == pytest.approx(growth)


def test_a_day_against_a_day_of_a_week_is_no_change():
    ratio, low, high, p_value = ratio_of(150, 1000, all_now=1, all_before=7)

    assert ratio == pytest.approx(1.05)
    assert low < 1 < high
    assert p_value > 0.05


def test_wider_confidence_widens_the_interval():
    usual = rate_ratios([30], [10], all_now=1, all_before=1)
    wider = rate_ratios([30], [10], all_now=1, all_before=1, confidence=0.99)

    assert wider.low[0] < usual.low[0]
    assert wider.high[0] > usual.high[0]


def test_a_new_term_a_gone_one_and_one_never_searched_have_open_intervals():
    ratios = rate_ratios([7, 0, 0], [0, 7, 0], all_now=90, all_before=80)

    assert ratios.ratio == pytest.approx([math.inf, 0, math.nan], nan_ok=True)
    assert 0 < ratios.low[0] < ratios.high[0] == math.inf
    assert 0 == ratios.low[1] < ratios.high[1] < math.inf
    assert (ratios.low[2], ratios.high[2], ratios.p_value[2]) == (0, math.inf, 1)


@pytest.mark.parametrize(("all_now", "all_before"), [(9, 0), (0, 9), (0, 0)])
def test_against_a_period_without_searches_nothing_is_known(all_now, all_before):
    ratios = rate_ratios(
        [min(all_now, 9), 0], [min(all_before, 9), 0], all_now=all_now, all_before=all_before
    )

    assert np.isnan(ratios.ratio).all()
    assert (ratios.low == 0).all()
    assert (ratios.high == math.inf).all()
    assert (ratios.p_value == 1).all()


@pytest.mark.parametrize("size", [0, 100])
def test_no_terms_have_no_ratios_and_no_discoveries(size):
    ratios = rate_ratios([], [], all_now=size, all_before=size)

    assert ratios.ratio.shape == ratios.low.shape == ratios.high.shape == (0,)
    assert discoveries(ratios.p_value, np.array([], dtype=bool)).shape == (0,)


@pytest.mark.parametrize("truth", [0.5, 1, 3])
def test_nineteen_of_twenty_intervals_hold_the_truth(truth):
    random = np.random.default_rng(20)
    rates = random.uniform(1, 40, 20_000)
    now, before = random.poisson(rates * truth), random.poisson(rates * 2)

    ratios = rate_ratios(now, before, all_now=500_000, all_before=1_000_000)

    assert ((ratios.low <= truth) & (truth <= ratios.high)).mean() >= 0.95


COUNTS = st.integers(0, 10_000_000) | st.integers(0, 30)


@settings(deadline=None)
@given(now=COUNTS, before=COUNTS, more_now=COUNTS, more_before=COUNTS)
def test_the_interval_holds_the_ratio_agrees_with_p_and_turns_round(
    now, before, more_now, more_before
):
    assume(now + before)
    sizes = {"all_now": now + more_now + 1, "all_before": before + more_before + 1}
    turned = {"all_now": sizes["all_before"], "all_before": sizes["all_now"]}

    ratio, low, high, p_value = ratio_of(now, before, **sizes)
    back = ratio_of(before, now, **turned)

    assert low <= ratio <= high
    assert (p_value < 0.05) == (low > 1 or high < 1) or p_value == pytest.approx(0.05, rel=1e-6)
    with np.errstate(divide="ignore"):
        inverse = 1 / np.array([back[0], back[2], back[1]])
    assert (ratio, low, high) == pytest.approx(inverse, rel=1e-6)
    assert back[3] == pytest.approx(p_value, rel=1e-6, abs=1e-300)


def test_discoveries_are_those_of_the_paper():
    # Benjamini & Hochberg 1995, section 3.2: four of fifteen, where Bonferroni finds three.
    small = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p_values = np.array([*small, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0])

    found = discoveries(p_values[::-1], np.ones(15, dtype=bool))

    assert found.tolist() == [False] * 11 + [True] * 4


def test_only_terms_with_enough_data_are_looked_at():
    p_values = np.array([0.001, 0.03, 0.04, 0.9])

    found = discoveries(p_values, np.array([False, True, True, False]))

    # Of two, 0.04 is within 0.05 and takes 0.03 along; of four, it is not.
    assert found.tolist() == [False, True, True, False]
    assert not discoveries(p_values, np.ones(4, dtype=bool))[1:].any()
    assert not discoveries(p_values, np.zeros(4, dtype=bool)).any()


def test_a_stricter_rate_finds_less():
    p_values = np.array([0.0001, 0.03])
    enough = np.ones(2, dtype=bool)

    assert discoveries(p_values, enough).tolist() == [True, True]
    assert discoveries(p_values, enough, false_discovery_rate=0.01).tolist() == [True, False]


def test_a_swing_of_the_whole_site_makes_nothing_a_trend():
    before = np.random.default_rng(3).zipf(1.5, 2000).clip(max=5000)
    now = before * 2

    ratios = rate_ratios(now, before, all_now=int(now.sum()), all_before=int(before.sum()))

    assert ratios.ratio == pytest.approx(1)
    assert not discoveries(ratios.p_value, now + before >= ENOUGH).any()


def test_a_term_that_rose_is_found_among_many_that_did_not():
    random = np.random.default_rng(5)
    now, before = random.poisson(20, (2, 500))
    now[7] = 90

    ratios = rate_ratios(now, before, all_now=int(now.sum()), all_before=int(before.sum()))

    assert np.flatnonzero(discoveries(ratios.p_value, now + before >= ENOUGH)).tolist() == [7]


def test_fewer_than_five_pairs_of_days_prove_nothing():
    assert daily_volume_change([900] * 4, [100] * 4) == UNKNOWN == (0, math.inf)
    assert daily_volume_change([], []) == UNKNOWN


def test_days_without_a_partner_are_refused():
    with pytest.raises(ValueError, match="zip"):
        daily_volume_change([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize(("now", "before"), [(0, 0), (12, 0), (0, 12)])
def test_without_searches_on_one_side_only_chance_is_asked(now, before):
    days_now, days_before = [now, 0, 0, 0, 0], [0, before, 0, 0, 0]

    assert daily_volume_change(days_now, days_before) == volume_change(now, before)


def test_days_that_agree_leave_chance_alone():
    assert daily_volume_change([20] * 7, [10] * 7) == volume_change(140, 70)


def test_a_single_wild_day_proves_nothing_though_the_total_doubled():
    days = [100, 104, 97, 101, 140, 180, 150]

    low, high = daily_volume_change([*days[:-1], 1000], days)

    assert volume_change(sum(days) + 850, sum(days)).low > 1.5
    assert low < 1 < high


def test_days_of_independent_counts_by_hand():
    # A day's shares are 0.12 and 0.08, so they differ by 0.04 ten times; t of 9 degrees of freedom
    # is 2.262157. The sign changes from day to day, so no correlation widens it.
    now, before = [600_000, 400_000] * 5, [400_000, 600_000] * 5

    low, high = daily_volume_change(now, before)

    margin = 2.262157 * math.sqrt(10 * 0.04**2 * 10 / 9)
    assert (low, high) == pytest.approx((math.exp(-margin), math.exp(margin)), rel=1e-6)


@given(pairs=st.lists(st.tuples(COUNTS, COUNTS), min_size=5, max_size=12))
@settings(deadline=None)
def test_the_volume_interval_holds_the_ratio_and_turns_round(pairs):
    now, before = ([*side] for side in zip(*pairs, strict=True))
    assume(sum(now) and sum(before))

    low, high = daily_volume_change(now, before)
    back = daily_volume_change(before, now)

    assert low <= sum(now) / sum(before) <= high
    chance = volume_change(sum(now), sum(before))
    assert low <= chance.low
    assert high >= chance.high
    assert (low, high) == pytest.approx((1 / back.high, 1 / back.low), rel=1e-6)


@pytest.mark.parametrize(
    ("mean", "echo", "at_least"), [(0.3, 0, 0.94), (30, 0, 0.94), (1000, 0, 0.94), (1000, 0.5, 0.9)]
)
def test_on_a_site_that_varies_by_the_day_a_rise_of_half_is_bounded_honestly(mean, echo, at_least):
    random = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        mood = random.standard_normal(56)
        for day in range(1, 56):
            mood[day] = echo * mood[day - 1] + math.sqrt(1 - echo**2) * mood[day]
        rates = mean * np.exp(0.2 * mood) * np.resize(WEEK, 56)
        before, now = random.poisson(rates[:28]), random.poisson(rates[28:] * 1.5)
        low, high = daily_volume_change(now.tolist(), before.tolist())
        held += low <= 1.5 <= high

    assert held / 400 >= at_least
