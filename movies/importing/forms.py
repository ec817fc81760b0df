"""How the lines of a file are made: what stands between fields, and which field is which."""

import csv
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from itertools import islice

from movies.importing.files import File
from movies.importing.lines import lines_from
from movies.importing.moments import NoMoment, moment_of
from movies.importing.reading import Columns, Form

DELIMITERS = (",", ";", "\t", "|")
# So many lines may be bad before one tells how they are made.
LOOKED_AT = 50
# What others call the columns, in small letters and nothing else.
NAMES = {
    "timestamp": ("timestamp", "time", "date", "datetime", "createdat", "querytime", "searchedat"),
    "term": ("term", "query", "search", "searchterm", "keyword", "q"),
    "outcome": ("outcome",),
    "results": ("results", "hits", "totalresults", "resultcount"),
}


def form_of(file: File, zone: tzinfo, until: datetime) -> Form:
    """Return how to read a file; times without an offset are of `zone`, none is after `until`.

    The first line may name the columns. Otherwise they are timestamp, term, outcome, results,
    of which the last two may be missing.
    """
    with file.path.open("rb") as content:
        lines = lines_from(content, file.encoding, size=file.size, offset=0)
        texts = [line.text for line in islice(lines, LOOKED_AT) if line.text.strip()]
    for text in texts[:1]:
        for delimiter in DELIMITERS:
            header = _cells(text, delimiter)
            if columns := _named(header):
                return Form(delimiter, header, columns, zone, until)
    for text in texts:
        for delimiter in DELIMITERS:
            with suppress(NoMoment):
                moment_of(_cells(text, delimiter)[0], zone, until)
                return Form(delimiter, (), Columns(), zone, until)
    return Form(",", (), Columns(), zone, until)


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of a line; a quote too many swallows the rest of it, and is no error."""
    return tuple(next(csv.reader([text], delimiter=delimiter, skipinitialspace=True)))


def _named(header: Sequence[str]) -> Columns | None:
    """Return where the columns are, if a line names at least moment and term."""
    names = [re.sub("[^a-z]", "", cell.lower()) for cell in header]
    places = {
        column: next((names.index(name) for name in known if name in names), None)
        for column, known in NAMES.items()
    }
    timestamp, term = places["timestamp"], places["term"]
    if timestamp is None or term is None:
        return None
    return Columns(timestamp, term, places["outcome"], places["results"])
