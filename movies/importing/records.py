"""The searches of a file, one after the other, and the lines that are none."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from movies.importing.lines import LONGEST, Line
from movies.importing.reading import Form, Found, NoSearch

# Between quotes a term may go on in the next line; one that does not end is a quote too many.
MOST_LINES = 100
UNDECODED = re.compile("[\ud800-\udfff]")


class Record(NamedTuple):
    """What was read up to `end`, of which the last line has the number `line`."""

    found: Found | None
    # Why it is no search, and the number of the line in which it begins.
    reason: str
    first: int
    line: int
    end: int


class Records:
    """Iterates over what the lines of a file hold; blank ones and repeated headers hold nothing."""

    def __init__(self, lines: Iterator[Line], form: Form, *, line: int = 0) -> None:
        self.lines = lines
        self.form = form
        self.line = line
        self._blank = f"{form.delimiter} \t\r\n"
        self._put_back: deque[Line] = deque()

    def __iter__(self) -> Iterator[Record]:
        while (line := self._take()) is not None:
            if not line.text.strip(self._blank):
                continue
            first = self.line
            cells, others, reason = self._cells(line)
            if not reason and self._holds_nothing(cells):
                continue
            found, reason = (None, reason) if reason else self._read(line, cells)
            if others and self._is_torn(found, others):
                # All that is sure is that the first of the lines is bad.
                self._put_back.extendleft(reversed(others))
                self.line = first
                found, others = None, []
                reason = "a quote that does not end, or does not end its field"
            yield Record(found, reason, first, self.line, others[-1].end if others else line.end)

    def _take(self) -> Line | None:
        line = self._put_back.popleft() if self._put_back else next(self.lines, None)
        if line is not None:
            self.line += 1
        return line

    def _cells(self, line: Line) -> tuple[list[str], list[Line], str]:
        """Return the cells of a record, the further lines that they take up, and what is wrong."""
        if '"' not in line.text:
            return line.text.rstrip("\r\n").split(self.form.delimiter), [], ""
        others: list[Line] = []

        def texts() -> Iterator[str]:
            yield line.text
            while len(others) < MOST_LINES and (other := self._take()) is not None:
                others.append(other)
                yield other.text

        rows = csv.reader(
            texts(), delimiter=self.form.delimiter, skipinitialspace=True, strict=True
        )
        try:
            return next(rows), others, ""
        except csv.Error as error:
            return [], others, f"its quotes: {error}"

    def _holds_nothing(self, cells: list[str]) -> bool:
        found = tuple(cell.strip() for cell in cells)
        return found == self.form.header or not any(found)

    def _read(self, line: Line, cells: list[str]) -> tuple[Found | None, str]:
        if not line.is_whole:
            return None, f"longer than {LONGEST:,} bytes"
        if not line.text.isascii() and UNDECODED.search(line.text):
            return None, "bytes that are no letters of the file's encoding"
        try:
            return self.form.read(cells), ""
        except NoSearch as error:
            return None, str(error)

    def _is_torn(self, found: Found | None, others: list[Line]) -> bool:
        """Return whether a record of several lines is none, or swallowed lines that are whole."""
        return found is None or any(self.form.begins(other.text) for other in others)
