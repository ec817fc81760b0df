import pytest

from dashboard.sample.answers import answer
from movies import catalogue


@pytest.mark.parametrize("term", ["dune", "halloween", "the godfather", "stranger things"])
def test_a_sample_answer_is_all_that_the_catalogue_says(term):
    found = answer(term)

    _, first = catalogue.answer({"s": term})
    assert len(found.films) == int(str(first.get("totalResults", 0)))
    assert found.films[:10] == tuple(
        catalogue.demo().by_id[row["imdbID"]] for row in first.get("Search", [])
    )
    assert not found.is_too_broad
    assert found.message == ""


def test_what_is_too_broad_for_the_catalogue_says_so():
    assert answer("the").is_too_broad
    assert "too many" in answer("up").message.lower()
    assert answer("the").pages == 0
    assert answer("halloween").pages == 2
