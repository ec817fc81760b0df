import pytest

from dashboard.front import proportions


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0, 0.277533),
        (1, 10, 0.017876, 0.404150),
        (47, 100, 0.375108, 0.567111),
        (12, 340, 0.020303, 0.060669),
        (0, 0, 0, 1),
    ],
)
def test_a_share_has_wilsons_interval(part, whole, low, high):
    assert proportions.share(part, whole) == pytest.approx((low, high), abs=1e-6)


def test_a_difference_has_newcombes_interval():
    # The first example of his paper.
    assert proportions.difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert proportions.difference(10, 10, 0, 10)[0] > 0


@pytest.mark.parametrize("counts", [(0, 0, 1, 2), (1, 2, 0, 0)])
def test_of_nothing_no_difference_is_known(counts):
    assert proportions.difference(*counts) == (-1, 1)


@pytest.mark.parametrize("whole", [*range(1, 200), 6945, 37.7])
def test_a_share_is_within_its_interval_at_both_ends(whole):
    assert proportions.share(0, whole).low == 0
    assert proportions.share(whole, whole).high == 1
