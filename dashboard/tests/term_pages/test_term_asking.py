import pytest

from dashboard.term_pages.term_asking import Asked, asked_of


def test_an_empty_address_asks_for_the_top_terms():
    assert asked_of({}) == Asked()
    assert Asked().parameters() == {}


def test_what_an_address_asks_for_makes_the_same_address_again():
    address = {"tab": "rising", "find": "du", "minimum": "5", "sort": "-last"}

    asked = asked_of({**address, "page": "3"})

    assert asked == Asked("rising", "du", 5, "-last", 3)
    assert asked.parameters() == address


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ({"tab": "worst"}, "There is no table 'worst'."),
        ({"sort": "price"}, "A table is not sorted by 'price'."),
        ({"minimum": "many"}, "'many' is no number of searches."),
        ({"minimum": "9" * 5000}, f"'{'9' * 29} is no number of searches."),
        ({"page": "-1"}, "'-1' is no number of a page."),
        ({"page": "٣"}, "'٣' is no number of a page."),
    ],
)
def test_what_is_not_understood_is_left_out_and_named(address, problem):
    asked = asked_of(address)

    assert asked.problem == problem
    assert asked.parameters() == {}
    assert asked.page == 1


def test_what_to_find_is_no_longer_than_a_term():
    assert asked_of({"find": " \0a" + "b" * 300}).find == "a" + "b" * 254


def test_there_is_no_page_zero():
    assert asked_of({"page": "0"}).page == 1
