"""The verdict goes by the share of first-time terms, and names how traffic changed."""

import pytest

from dashboard.completeness import verdicts
from dashboard.periods import view_of
from dashboard.tests.reading import TODAY
from dashboard.totals import Counts
from dashboard.trends import Trend

VIEW = view_of({}, TODAY)


def trend(now, before=None, earlier=None, **facts) -> Trend:
    """Return a period's figures: pairs of first-time terms and searches, and those before."""
    total, base, third = (
        pair and Counts(first_time=pair[0], searches=pair[1]) for pair in (now, before, earlier)
    )
    known = {"total": total, "elapsed": total, "base": base, "before": third and (base, third)}
    return Trend(
        **{"buckets": (), "first_day": TODAY, "compared_to": None, "left_out": 0}
        | {"searchers": None, "searchers_before": None, "daily": (), "daily_before": ()}
        | {"last_day": TODAY}
        | known
        | facts
    )


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (
            (100, 1000),
            (300, 2000),
            "The cache is getting more complete: first-time terms fell from 15.0\xa0% to 10.0\xa0% "
            "of searches, with 50.0\xa0% fewer searches.",
        ),
        (
            (300, 1500),
            (100, 1000),
            "The cache is getting less complete: first-time terms rose from 10.0\xa0% to "
            "20.0\xa0% of searches, with 50.0\xa0% more searches.",
        ),
        (
            (101, 1000),
            (100, 1000),
            "No clear change: first-time terms went from 10.0\xa0% to 10.1\xa0% of searches, "
            "with as many searches.",
        ),
    ],
)
def test_the_sentence_names_the_change_and_that_of_traffic(now, before, words):
    assert verdicts.verdict_of(trend(now, before), VIEW) == words


def test_fewer_new_terms_of_fewer_searches_prove_nothing():
    assert verdicts.direction_of(trend((50, 500), (100, 1000))) == "same"


@pytest.mark.parametrize(
    ("address", "facts", "beginning"),
    [
        ({"compare": "none"}, {}, "First-time terms are "),
        ({}, {"before": None}, "Nothing to compare with: the first search was on "),
        ({}, {"before": (0, 0)}, "Nothing to compare with: no searches 28 Sep–25 Oct. "),  # noqa: RUF001
        ({}, {"before": (1, 9), "elapsed": Counts()}, "Too early to compare. "),
    ],
)
def test_where_nothing_is_compared_it_says_why(address, facts, beginning):
    before = facts.pop("before", None)

    found = verdicts.verdict_of(trend((1, 10), before, **facts), view_of(address, TODAY))

    assert found.startswith(beginning)
    assert found.endswith("First-time terms are 10.0\xa0% of searches.")


@pytest.mark.parametrize(
    ("now", "before", "earlier", "changed"),
    [
        ((100, 1000), (300, 1000), (300, 1000), True),
        ((100, 1000), (300, 1000), (100, 1000), True),
        ((100, 1000), (300, 1000), (500, 1000), False),
        ((300, 1000), (300, 1000), (500, 1000), False),
        ((100, 1000), (300, 1000), None, False),
        ((100, 1000), (300, 1000), (0, 0), False),
    ],
)
def test_a_verdict_has_changed_when_the_period_before_proved_otherwise(
    now, before, earlier, changed
):
    assert verdicts.has_changed(trend(now, before, earlier)) is changed
