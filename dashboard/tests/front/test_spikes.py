import subprocess
import sys

import pytest

from dashboard.front import spikes

USUAL = [100, 104, 97, 101, 99, 130, 135] * 4


def test_scores_are_those_of_the_reference():
    usual, scores = spikes.Usual(10, weight=0.3, floor=1.0), []
    for value in (12, 9, 11, 10, 40):
        scores.append(usual.score(value))
        usual.learn(value)

    assert scores == pytest.approx([2.0, -0.8348, 0.427, -0.1944, 16.2069], abs=1e-4)


def test_a_weekend_is_no_spike():
    assert spikes.spike(USUAL, 130) is None


def test_a_day_far_above_the_others_is_one():
    found = spikes.spike([*USUAL, 400], None)

    assert found is not None
    assert (found.is_today, found.searches) == (False, 400)
    assert found.times == pytest.approx(3.3, abs=0.1)


def test_a_day_that_is_not_even_over_comes_first():
    found = spikes.spike([*USUAL, 400], 5000)

    assert found is not None
    assert (found.is_today, found.searches) == (True, 5000)


def test_what_is_usual_takes_two_weeks_to_be_known():
    assert spikes.spike(USUAL[:13], 5000) is None
    assert spikes.spike([], None) is None


def test_the_web_process_holds_no_numpy():
    code = (
        "import django, sys; django.setup();"
        "import config.urls, dashboard.front.home;"
        "print([name for name in ('numpy', 'scipy') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
