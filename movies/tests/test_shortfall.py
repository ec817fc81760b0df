"""What is known to lack of a term, without a database."""

import pytest
from django.utils import timezone

from movies import shortfall
from movies.models import SearchTerm


def term(**facts: object) -> SearchTerm:
    return SearchTerm(term="dune", **{"last_search": timezone.now()} | facts)


def test_after_a_whole_answer_nothing_lacks_whatever_omdb_counts():
    assert shortfall.missing(term(total_results=117), held=3) == 0


def test_what_lacks_after_a_fetch_that_broke_off_is_what_omdb_lists():
    assert shortfall.missing(term(is_short=True, total_results=117), held=3) == 114
    assert shortfall.missing(term(is_short=True, total_results=5340), held=600) == 400
    assert shortfall.missing(term(is_short=True, total_results=2), held=3) == 0


def test_of_a_term_that_omdb_never_answered_nobody_knows():
    assert shortfall.missing(term(last_search=None), held=0) is None
    assert shortfall.missing(term(is_short=True), held=10) is None


@pytest.mark.parametrize(("is_demo", "missing"), [(True, 0), (False, None)])
def test_the_demo_catalogues_answer_tells_nothing_of_omdb(settings, is_demo, missing):
    settings.OMDB_DEMO = is_demo

    assert shortfall.missing(term(answered_by_demo=True, total_results=3), held=3) == missing


@pytest.mark.parametrize(
    ("total", "pages"), [(None, 1), (0, 1), (10, 1), (11, 2), (117, 12), (5340, 100)]
)
def test_a_fetch_takes_one_call_a_page_of_ten_and_a_hundred_at_most(total, pages):
    assert shortfall.pages(term(total_results=total)) == pages
