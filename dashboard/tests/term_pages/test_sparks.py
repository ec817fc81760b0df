import re

import pytest

from dashboard.term_pages.sparks import HEIGHT, WIDTH, spark


def points(counts: list[int]) -> list[tuple[float, float]]:
    [drawn] = re.findall('points="(.*?)"', spark(counts))
    return [tuple(map(float, point.split(","))) for point in drawn.split()]


def test_a_line_goes_from_edge_to_edge_and_from_zero_to_its_highest():
    assert points([0, 4, 2]) == [(0, HEIGHT - 2), (WIDTH / 2, 2), (WIDTH, HEIGHT / 2)]


def test_a_line_of_nothing_lies_on_the_ground():
    assert {height for _, height in points([0, 0, 0])} == {HEIGHT - 2}


def test_what_leads_to_a_bucket_that_is_not_over_is_another_line():
    solid, dotted = re.findall(
        'polyline class="(.*?)" points="(.*?)"', spark([0, 4, 2], is_open=True)
    )

    assert solid == ("", "0.0,22.0 48.0,2.0")
    assert dotted == ("open", "48.0,2.0 96.0,12.0")


@pytest.mark.parametrize("counts", [[], [5]])
def test_less_than_two_counts_make_no_line(counts):
    assert spark(counts) == ""


def test_a_line_is_not_read_aloud():
    assert 'aria-hidden="true"' in spark([1, 2])
