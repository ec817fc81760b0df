import pytest

from dashboard.front import deltas

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("now", "before", "words", "arrow"),
    [
        (1041, 1000, "+4.1 %", "▲"),
        (959, 1000, "−4.1 %", "▼"),  # noqa: RUF001
        (1000, 1000, "0 %", ""),
        (10001, 10000, "0 %", ""),
        (4120, 1000, "+312 %", "▲"),
        (52340, 1000, "+5,134 %", "▲"),
    ],
)
def test_counts_change_by_per_cent(now, before, words, arrow):
    delta = deltas.of_count(now, before)

    assert (delta.words, delta.arrow, delta.tone) == (words.replace(" ", SPACE), arrow, "")


@pytest.mark.parametrize(
    "delta",
    [
        deltas.of_count(5, 0),
        deltas.of_count(5, None),
        deltas.of_count(None, 5),
        deltas.of_rate((1, 2), None),
        deltas.of_rate((1, 2), (0, 0)),
        deltas.of_rate((0, 0), (1, 2)),
    ],
)
def test_without_a_base_there_is_nothing_to_compare_with(delta):
    assert (delta.words, delta.spoken) == ("—", "nothing to compare with")


@pytest.mark.parametrize(
    ("now", "good", "tone"),
    [(600, "up", "good"), (600, "down", "look"), (400, "down", "good"), (400, "up", "look")],
)
def test_a_proven_change_of_a_rate_has_a_tone_where_one_direction_is_good(now, good, tone):
    assert deltas.of_rate((now, 1000), (500, 1000), good=good).tone == tone


def test_a_change_of_a_rate_is_in_points_and_grey_when_it_may_be_chance():
    delta = deltas.of_rate((541, 1000), (500, 1000), good="down")

    assert (delta.words, delta.tone) == (f"+4.1{SPACE}pt", "")
    assert deltas.of_rate((600, 1000), (500, 1000)).tone == ""


def test_a_share_that_is_known_exactly_needs_no_proof():
    assert deltas.of_share(0.42, 0.41).tone == "good"
    assert deltas.of_share(0.41, 0.42).tone == "look"
    assert deltas.of_share(0.41, 0.41).tone == ""


def test_a_sentence_gives_the_direction_itself():
    assert deltas.percent(-8.24) == f"8.2{SPACE}%"
