"""What a line says: when somebody searched for which term, and how it ended."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from movies.importing.ends import End, end_of
from movies.importing.moments import NoMoment, moment_of
from movies.terms import TermError, normalise

# The same few terms are searched again and again, and each is worked on once.
KNOWN_TERMS = 1 << 16


class NoSearch(ValueError):
    """A line is no search; the message says why."""


class Found(NamedTuple):
    """One search as a line tells of it."""

    at: datetime
    term: str
    end: End


class Columns(NamedTuple):
    """The places of the columns in a line; those the file does not have are None."""

    timestamp: int = 0
    term: int = 1
    outcome: int | None = 2
    results: int | None = 3


@dataclass(frozen=True, slots=True)
class Form:
    """How the lines of one file are read."""

    delimiter: str
    # Its first line, if that names the columns; wherever it comes again, it is no search.
    header: tuple[str, ...]
    columns: Columns
    zone: tzinfo
    until: datetime

    def begins(self, text: str) -> bool:
        """Return whether a line begins as one with a search does, without quotes."""
        with suppress(NoMoment):
            cells = text.split(self.delimiter)
            moment_of(_cell(cells, self.columns.timestamp), self.zone, self.until)
            return len(cells) > 1
        return False

    def read(self, cells: list[str]) -> Found:
        """Return the search that the cells of a line tell of; raise NoSearch."""
        width = len(self.header) or 4
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) > width:
            raise NoSearch(f"{len(cells)} fields where there are {width}: quote what has a comma")
        columns = self.columns
        timestamp, term = _cell(cells, columns.timestamp), _cell(cells, columns.term)
        try:
            at = moment_of(timestamp, self.zone, self.until)
            end = end_of(_cell(cells, columns.outcome), _cell(cells, columns.results))
        except ValueError as error:
            raise NoSearch(str(error)) from None
        known, reason = _term(term)
        if reason:
            raise NoSearch(reason)
        return Found(at, known, end)


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


@lru_cache(KNOWN_TERMS)
def _term(text: str) -> tuple[str, str]:
    """Return the term that a text stands for, or why it is none."""
    try:
        return normalise(text), ""
    except TermError as error:
        return "", f"its term: {str(error).rstrip('.').lower()}"
