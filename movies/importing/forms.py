"""How the lines of a file are made: what stands between fields, and which field is which."""

import csv
import re
from collections.abc import Iterator, Sequence
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
NEEDED = ("timestamp", "term")
# Of names; what a search log has in its lines has digits.
WORDS = re.compile(r"[^\W\d]+(?:[ _.-]?[^\W\d]+)*")
# Excel reads it, and nobody else.
FOR_EXCEL = re.compile(r"sep=.?", re.IGNORECASE)


class NoForm(ValueError):
    """The first line does not say clearly which column is which; the message says what to do."""


def form_of(file: File, zone: tzinfo, until: datetime) -> Form:
    """Return how to read a file; times without an offset are of `zone`, none is after `until`.

    The first line may name the columns. Otherwise they are timestamp, term, outcome, results,
    of which the last two may be missing. Raises NoForm where it names others: a column of
    people's names must not be taken for the terms.
    """
    with file.path.open("rb") as content:
        lines = lines_from(content, file.encoding, size=file.size, offset=0)
        texts = [line.text for line in islice(lines, LOOKED_AT) if line.text.strip()]
    for text in texts[:1]:
        if FOR_EXCEL.fullmatch(text.strip()):
            raise NoForm(f"Its first line, {text.strip()}, is for Excel alone: remove it.")
        if not _delimiter(text, zone, until) and (form := _named_by(text, zone, until)):
            return form
    found = (_delimiter(text, zone, until) for text in texts)
    return Form(next(filter(None, found), ","), (), Columns(), zone, until)


def described(form: Form) -> Iterator[str]:
    """Yield what a first line that names columns is taken for, and what is missing in it."""
    if not form.header:
        return
    places = form.columns._asdict()
    read = [f"{name} is “{form.header[at]}”" for name, at in places.items() if at is not None]
    others = [f"“{one}”" for at, one in enumerate(form.header) if at not in places.values()]
    yield f"Columns: {', '.join(read)}." + (f" Not read: {', '.join(others)}." if others else "")
    if form.columns.outcome is None and form.columns.results is None:
        yield "Neither outcome nor results is there: every search counts as not answered."


def _delimiter(text: str, zone: tzinfo, until: datetime) -> str:
    """Return what stands between the cells of a line that begins with a moment, or nothing.

    A moment may have a comma in it: the longest one that leaves something is meant.
    """
    begins = {}
    for delimiter in DELIMITERS:
        first, *others = _cells(text, delimiter)
        with suppress(NoMoment):
            moment_of(first, zone, until)
            begins[delimiter] = len(first) if others else 0
    return max(begins, key=begins.__getitem__, default="")


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of a line; a quote too many swallows the rest of it, and is no error."""
    cells = next(csv.reader([text], delimiter=delimiter, skipinitialspace=True))
    return tuple(cell.strip() for cell in cells)


def _named_by(text: str, zone: tzinfo, until: datetime) -> Form | None:
    """Return the form that a line of names gives; None if it has none. Raises NoForm."""
    headers = [(delimiter, _cells(text, delimiter)) for delimiter in DELIMITERS]
    delimiter, header = max(headers, key=lambda one: len(one[1]))
    places = {column: _places(header, known) for column, known in NAMES.items()}
    is_named = len(header) > 1 and all(map(WORDS.fullmatch, header))
    if not is_named and not any(places.values()):
        return None
    for column, found in places.items():
        if len(found) > 1:
            names = ", ".join(f"“{header[at]}”" for at in found)
            raise NoForm(
                f"Its first line has several columns for the {column}: {names}. Rename all but "
                "one, or put what belongs together into one."
            )
        if not found and column in NEEDED:
            raise NoForm(f"Its first line names no column as the {column}: call it “{column}”.")
    at = {column: found[0] for column, found in places.items() if found}
    columns = Columns(at["timestamp"], at["term"], at.get("outcome"), at.get("results"))
    return Form(delimiter, header, columns, zone, until)


def _places(header: Sequence[str], known: Sequence[str]) -> list[int]:
    names = [re.sub("[^a-z]", "", cell.lower()) for cell in header]
    return [at for at, name in enumerate(names) if name in known]
