from collections import Counter
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.flow.buckets import BOUNDS, bucket_of, in_words, percentile
from dashboard.models.flow import BUCKETS

FIFTH = 2**0.25
durations = st.lists(st.floats(0, 20_000), min_size=1, max_size=200)


def counted(seconds: list[float]) -> list[int]:
    counts = Counter(bucket_of(one) for one in seconds)
    return [counts[bucket] for bucket in range(BUCKETS)]


@given(durations, st.integers(1, 100))
def test_a_percentile_is_at_most_a_fifth_off_the_exact_one(seconds, percent):
    exact = sorted(seconds)[ceil(percent * len(seconds) / 100) - 1]

    told = percentile(counted(seconds), percent)

    if exact < BOUNDS[0]:
        assert told == 0
    elif exact >= BOUNDS[-1]:
        assert told == BOUNDS[-1]
    else:
        assert told / FIFTH * 0.999999 <= exact <= told * FIFTH * 1.000001


@given(durations, durations)
def test_the_counts_of_two_hours_add_up_to_those_of_both(one, two):
    both = [sum(pair) for pair in zip(counted(one), counted(two), strict=True)]

    assert both == counted(one + two)


def test_there_is_a_column_for_each_bucket():
    assert len(BOUNDS) + 1 == BUCKETS
    assert bucket_of(0) == bucket_of(-5) == 0
    assert bucket_of(BOUNDS[0]) == 1
    assert bucket_of(10**9) == BUCKETS - 1


def test_of_nothing_there_is_no_percentile():
    assert percentile([0] * BUCKETS, 95) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "—"),
        (0.0, "<1 ms"),
        (0.0243, "24 ms"),
        (1.234, "1.2 s"),
        (151.7, "2 min 30 s"),
        (BOUNDS[-1], ">2 h 19 min"),
    ],
)
def test_a_percentile_shows_no_digits_that_are_not_sure(seconds, words):
    assert in_words(seconds) == words
