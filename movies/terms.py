"""What a search term is."""

import unicodedata

from movies.models import TERM_LENGTH


class TermError(ValueError):
    """The text is no search term; the message tells a visitor why."""


def normalise(text: str) -> str:
    """Return the term that `text` stands for: one spelling for one thing looked for.

    NFKC, casefold, stripped, white space collapsed; digits, accents and punctuation stay.
    Raises TermError for blank, over-long and control-character text.
    """
    # Bounded before the work on it: NFKC may make one character eighteen.
    if len(text) > 20 * TERM_LENGTH:
        raise TermError(f"That is too long: use at most {TERM_LENGTH} characters.")
    term = one_spelling(text)
    categories = {unicodedata.category(character) for character in term}
    if categories & {"Cc", "Cs"}:
        raise TermError("That contains characters a title cannot have. Type it again.")
    if categories <= {"Cf", "Zs"}:
        raise TermError("Type a film title.")
    if len(term) > TERM_LENGTH:
        raise TermError(f"That is too long: use at most {TERM_LENGTH} characters.")
    return term


def one_spelling(text: str) -> str:
    """Return a text as a term would have it, whether or not it can be one."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())
