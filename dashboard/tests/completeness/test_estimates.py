"""Reference values are of scikit-bio, iNEXT and statsmodels, and of what is cited beside them."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from dashboard.completeness import estimates, reading
from dashboard.tests.completeness import streams
from dashboard.tests.completeness.streams import zipf

SCIKIT_BIO = [0, 1, 1, 4, 2, 5, 2, 4, 1, 2]
TRIES = 400
GOODS = [1] * 75 + [2] * 6 + [3, 4, 4]


def spectrum_of(counts: list[int]) -> tuple[int, int, int]:
    return sum(counts), counts.count(1), counts.count(2)


def test_estys_interval_is_that_of_the_reference():
    assert estimates.esty(*spectrum_of(SCIKIT_BIO)) == pytest.approx(
        (-0.1247593, 0.3974865), abs=1e-6
    )


def test_estys_interval_is_that_of_the_reference_at_each_step():
    labels = [1, 1, 2, 1, 1, 3, 2, 1, 3, 4]
    steps = [
        estimates.esty(*spectrum_of(list(Counter(labels[:end]).values())))
        for end in range(1, len(labels) + 1)
    ]

    lows = [step.low for step in steps[1:4]]
    assert lows == pytest.approx([-1.38590382, -0.73353593, -0.17434465], abs=1e-6)
    assert steps[-1] == pytest.approx((-0.33385652, 0.53385652), abs=1e-6)


@pytest.mark.parametrize(("counts", "coverage"), [(SCIKIT_BIO, 0.8636364), (GOODS, 0.23469387755)])
def test_the_chance_is_what_goods_coverage_leaves(counts, coverage):
    assert 1 - estimates.chance_of_new(*spectrum_of(counts)).value == pytest.approx(coverage)


def test_shakespeares_next_word_is_as_new_as_efron_and_thisted_found():
    assert estimates.chance_of_new(884_647, 14_376, 4_343).value == pytest.approx(
        0.0162505, abs=1e-7
    )


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0, 0.277533), (1, 10, 0.017876, 0.404150), (12, 340, 0.020303, 0.060669)],
)
def test_a_counted_share_has_wilsons_interval(part, whole, low, high):
    assert estimates.counted(part, whole) == pytest.approx((part / whole, low, high), abs=1e-6)


def test_of_nothing_there_is_no_share():
    assert estimates.chance_of_new(0, 0, 0) is None
    assert estimates.counted_if_any(0, 0) is None
    assert estimates.weighted(0, 0, 0) is None


@pytest.mark.parametrize(
    ("n", "once", "twice"), [(1, 1, 0), (5, 5, 0), (40, 0, 0), (2, 0, 1), (3, 1, 1)]
)
def test_few_searches_prove_nothing(n, once, twice):
    chance = estimates.chance_of_new(n, once, twice)

    assert 0 <= chance.low <= chance.value <= chance.high <= 1
    # 3.84 is the square of 1.96: what Wilson leaves open where all is one or none.
    assert chance.high - chance.low > 3.8 / (n + 3.85)


def test_parts_of_equal_weight_that_are_all_or_nothing_are_counted():
    assert estimates.weighted(12, 340, 340) == pytest.approx(estimates.counted(12, 340))


def test_one_popular_term_proves_as_little_as_one_term():
    assert estimates.weighted(1000, 1000, 1000**2) == pytest.approx(estimates.counted(1, 1))


def test_where_all_is_held_few_terms_leave_something_open():
    held = estimates.weighted(14, 14, 9**2 + 5**2)

    assert (held.value, held.high) == (1, 1)
    assert held.low < 0.4


@pytest.mark.parametrize("chance", [0.5, 0.9, 0.97])
def test_the_interval_of_weighted_parts_covers_the_truth(chance):
    random = np.random.default_rng(8)
    weights = (1000 / (np.arange(300) + 2.7)).astype(int)
    squares = int((weights**2).sum())
    covered = 0
    for _ in range(TRIES):
        # Of a term all is held, or a random part: by the mean, as much as `chance`.
        parts = np.minimum(1, random.random(300) * 2 * chance)
        parts = np.where(random.random(300) < 0.5, parts, random.random(300) < chance)
        truth = (chance + np.minimum(1, np.linspace(0, 2 * chance, 100_001)).mean()) / 2
        found = estimates.weighted(float((parts * weights).sum()), int(weights.sum()), squares)
        covered += found.low <= truth <= found.high

    assert covered / TRIES >= 0.92


def test_what_is_expected_of_the_last_is_the_mean_of_all_orders():
    searches, last = ["dune", "dune", "dune", "heat", "heat", "jaws"], 2
    orders = set(permutations(searches))

    new = [len(set(order[-last:]) - set(order[:-last])) for order in orders]

    spectrum = Counter(Counter(searches).values()).items()
    mean = sum(new) / len(orders) / last
    assert estimates.expected_of_last(spectrum, len(searches), last) == pytest.approx(mean)


@pytest.mark.parametrize(
    ("terms", "exponent", "searches"),
    [(20_000, 1.0, 500), (20_000, 1.0, 3_000), (200_000, 1.0, 1_000), (5_000, 1.2, 2_000)],
)
def test_the_interval_covers_the_truth_where_habits_stay(terms, exponent, searches):
    random, chances = np.random.default_rng(6), zipf(terms, exponent)
    covered = alarms = 0
    for _ in range(TRIES):
        stream = streams.draw(chances, searches, random)
        counted = streams.count(stream)
        chance = reading.chance_of(counted)
        covered += chance.low <= streams.unseen(chances, stream) <= chance.high
        alarms += reading.is_changing(chance, reading.last_tenth_of(counted, None))

    assert 0.92 <= covered / TRIES <= 0.97
    # Two intervals of 95 % seldom part by chance.
    assert alarms / TRIES <= 0.02


@pytest.mark.parametrize("change", ["new wishes", "fewer wishes", "wishes that pass"])
def test_habits_that_change_are_told(change):
    random, chances = np.random.default_rng(7), zipf(20_000)
    stream = streams.draw(chances, 20_000, random)
    match change:
        case "new wishes":
            # Another audience, in the last tenth.
            stream[18_500:] += 20_000
        case "fewer wishes":
            stream[18_000:] %= 100
        case "wishes that pass":
            # What people look for moves on, a little with each search.
            stream += np.arange(20_000) // 2

    counted = streams.count(stream)

    chance, last_tenth = reading.chance_of(counted), reading.last_tenth_of(counted, None)
    assert reading.is_changing(chance, last_tenth)
