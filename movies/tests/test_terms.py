import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movies.models import TERM_LENGTH
from movies.terms import TermError, normalise


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        (" Star   Wars ", "star wars"),
        ("STAR\u00a0WARS", "star wars"),
        ("star\nwars", "star wars"),
        ("Stra\u00dfe", "strasse"),
        ("Ame\u0301lie", "am\u00e9lie"),
        ("\uff24\uff35\uff2e\uff25", "dune"),
        ("12 Angry Men!", "12 angry men!"),
        ("\u0130stanbul", unicodedata.normalize("NFKC", "\u0130stanbul".casefold())),
    ],
)
def test_one_thing_looked_for_has_one_spelling(typed, term):
    assert normalise(typed) == term


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\u200b", "\u00a0\u200e"])
def test_a_blank_term_is_refused(typed):
    with pytest.raises(TermError, match="Type a film title"):
        normalise(typed)


@pytest.mark.parametrize("typed", ["a\x00b", "a\x07", "a\ud800b", "a\x85\x9fb"])
def test_a_control_character_is_refused(typed):
    with pytest.raises(TermError, match="characters a title cannot have"):
        normalise(typed)


@pytest.mark.parametrize("typed", ["a" * (TERM_LENGTH + 1), "a" * 10_000, "\ufdfa" * 200])
def test_an_over_long_term_is_refused(typed):
    with pytest.raises(TermError, match="too long"):
        normalise(typed)


def test_the_longest_term_is_accepted():
    assert normalise("a" * TERM_LENGTH) == "a" * TERM_LENGTH


@given(st.text(max_size=300))
def test_a_normalised_term_normalises_to_itself(typed):
    try:
        term = normalise(typed)
    except TermError:
        return
    assert term
    assert normalise(term) == term
