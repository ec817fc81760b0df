"""The first reading of a file: what importing it would bring, before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from movies.importing.files import File
from movies.importing.lines import lines_from
from movies.importing.reading import Form
from movies.importing.records import Record, Records
from movies.models import BAD_LINES

# How many are read between two words of how far it is.
RECORDS_A_WORD = 10_000
LATEST = datetime.max.replace(tzinfo=UTC)
EARLIEST = datetime.min.replace(tzinfo=UTC)

type Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Contents:
    """What a file holds; of the bad lines the first are named, each with the reason."""

    searches: int = 0
    bad: int = 0
    bad_lines: list[tuple[int, str]] = field(default_factory=list)
    # Of no search at all there is no time: the last is then before the first.
    first_at: datetime = LATEST
    last_at: datetime = EARLIEST
    lines: int = 0

    def add(self, record: Record) -> None:
        if record.found is None:
            self.bad += 1
            if self.bad <= BAD_LINES:
                self.bad_lines.append((record.first, record.reason))
            return
        self.searches += 1
        self.first_at = min(self.first_at, record.found.at)
        self.last_at = max(self.last_at, record.found.at)


def check(file: File, form: Form, progress: Progress) -> Contents:
    """Read a file to its end; `progress` is told the bytes read, and those there are."""
    contents = Contents()
    with file.path.open("rb") as content:
        records = Records(lines_from(content, file.encoding, size=file.size, offset=0), form)
        for number, record in enumerate(records, start=1):
            contents.add(record)
            if not number % RECORDS_A_WORD:
                progress(min(record.end, file.size), file.size)
        contents.lines = records.line
    return contents
