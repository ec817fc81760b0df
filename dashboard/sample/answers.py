"""What the demo catalogue says to the terms of the sample history."""

import functools
from collections import defaultdict
from dataclasses import dataclass

from movies.catalogue import Catalogue, Film, demo, words_of
from movies.omdb_errors import TooManyResults
from movies.omdb_records import page_count, parse_rows, parse_total, refusal_reason


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that a search for one term brings; `message` says why it brings nothing."""

    films: tuple[Film, ...]
    is_too_broad: bool = False

    @property
    def pages(self) -> int:
        return page_count(len(self.films))

    @property
    def message(self) -> str:
        return TooManyResults.default if self.is_too_broad else ""


@functools.cache
def answer(term: str) -> Answer:
    """Return what the catalogue answers to a whole search; it never changes."""
    candidates = Catalogue(tuple(_candidates(term)))
    _, first = candidates.answer({"s": term})
    reason = refusal_reason(first)
    if reason is not None:
        return Answer((), is_too_broad=reason.startswith("Too many"))
    pages = [first]
    for page in range(2, page_count(parse_total(first)) + 1):
        pages.append(candidates.answer({"s": term, "page": str(page)})[1])
    by_id = candidates.by_id
    return Answer(tuple(by_id[imdb_id] for page in pages for imdb_id in parse_rows(page)))


def _candidates(term: str) -> list[Film]:
    """Return the films that hold the term's rarest word; thousands of terms are asked for."""
    by_word = _films_by_word()
    return min((by_word[word] for word in words_of(term)), key=len, default=[])


@functools.cache
def _films_by_word() -> defaultdict[str, list[Film]]:
    by_word: defaultdict[str, list[Film]] = defaultdict(list)
    for film in demo().films:
        for word in set(film.words):
            by_word[word].append(film)
    return by_word
