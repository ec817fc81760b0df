import pytest

from movies.forms import SearchForm


def problem(data: dict[str, str]) -> str:
    form = SearchForm(data)
    assert not form.is_valid()
    return form.errors["term"][0]


def test_a_title_is_kept_as_it_was_typed():
    form = SearchForm({"term": "  The  GODFATHER "})

    assert form.is_valid()
    assert form.cleaned_data["term"] == "  The  GODFATHER "


@pytest.mark.parametrize("data", [{}, {"term": ""}, {"term": " \t\u00a0\u200b"}])
def test_nothing_to_look_for_asks_for_a_title(data):
    assert problem(data) == "Type a film title."


def test_a_title_of_255_characters_is_taken_and_one_more_is_not():
    assert SearchForm({"term": "x" * 255}).is_valid()
    assert problem({"term": "x" * 256}) == "That is too long: use at most 255 characters."


def test_length_counts_after_normalising():
    assert SearchForm({"term": "x" + " " * 400 + "y"}).is_valid()
    # One ligature, eighteen letters.
    assert problem({"term": "\ufdfa" * 20}).startswith("That is too long")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x9f", "\ud800"])
def test_control_characters_are_refused_in_words(character):
    message = "That contains characters a title cannot have. Type it again."

    assert problem({"term": f"du{character}ne"}) == message
