import pytest

from dashboard.alerts import failures
from dashboard.tests import rows
from dashboard.tests.alerts.rhythms import HOUR, NOW, THIS_HOUR, counted, hours_of
from movies.models import Outcome

pytestmark = pytest.mark.django_db


def find(**facts: int):
    return failures.find(hours_of({THIS_HOUR - HOUR: counted(**facts), THIS_HOUR: counted(1)}))


def test_half_of_what_asked_omdb_failing_is_told_with_the_last_reason():
    rows.search(at=NOW, outcome=Outcome.FAILED, message="OMDb did not answer in 10 s.")

    found = find(searches=39, cached=20, failed=10)

    assert found is not None
    assert found.sentence == "10 of 20 searches that ask OMDb have failed since 19:00."
    assert ("Usual", "below 20\xa0%") in found.figures
    assert found.figures[-1] == ("The last one", "OMDb did not answer in 10 s.")


def test_a_failure_that_left_no_words_has_none():
    found = find(searches=19, failed=10)

    assert found is not None
    assert found.figures[-1] == ("Since", "19:00")


@pytest.mark.parametrize(
    "facts",
    [
        {"searches": 4, "failed": 4},
        {"searches": 100, "failed": 20},
        {"searches": 5000, "failed": 900},
        {"searches": 40, "refused": 20},
        {"searches": 40, "over_budget": 20},
    ],
    ids=["too few", "by chance", "bearable", "a kind of its own", "that too"],
)
def test_less_is_not(facts):
    assert find(**facts) is None


def test_answers_from_the_cache_do_not_hide_that_omdb_is_away():
    assert find(searches=1009, cached=1000, failed=9) is not None
