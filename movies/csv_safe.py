"""CSV that spreadsheets open without running anything in it, sent while it is still read."""

import csv
import unicodedata
from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import batched
from math import isfinite

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

# Excel reads accents only behind it.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ROWS_A_CHUNK = 500
# Enough for one search in a hundred million.
DECIMALS = 9
FORMULA = frozenset("=+-@")
BREAKS = frozenset("\t\r\n")

# A datetime is a date as well.
type Cell = str | int | float | date | None
type Rows = Generator[Sequence[Cell]]


class _Plain(Decimal):
    """A number that is written in plain digits, never as 1E-7."""

    def __str__(self) -> str:
        return f"{self:f}"


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: such text gets an apostrophe.

    Blanks and invisible characters in front do not hide a formula, and full-width or small
    signs count as the signs they stand for.
    """
    first = next((character for character in text if not _is_blank(character)), "")
    sign = unicodedata.normalize("NFKC", first)
    if text[:1] in BREAKS or sign in FORMULA:
        return f"'{text}"
    return text


def _is_blank(character: str) -> bool:
    # Separators, control characters and formatting marks.
    return unicodedata.category(character)[0] in "ZC"


def attached(name: str, rows: Rows, *, has_body: bool = True) -> HttpResponseBase:
    """Return an answer that is saved as the file `name`; without a body, `rows` are not read.

    Whoever serves it closes it, also when the reader hangs up, and with it `rows`: a cursor
    never stays open.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = "text/csv; charset=utf-8"
    if has_body:
        return StreamingHttpResponse(_chunks(rows), content_type=kind, headers=headers)
    rows.close()
    return HttpResponse(content_type=kind, headers=headers)


def _chunks(rows: Rows) -> Generator[bytes]:
    with closing(rows):
        yield BYTE_ORDER_MARK
        for chunk in batched(rows, ROWS_A_CHUNK):
            lines = StringIO(newline="")
            # Text is always quoted: where columns are parted by semicolons, one inside of it
            # would begin another cell.
            writer = csv.writer(lines, quoting=csv.QUOTE_STRINGS)
            writer.writerows([_written(cell) for cell in row] for row in chunk)
            yield lines.getvalue().encode()


def _written(cell: Cell) -> str | int | Decimal | None:
    match cell:
        case str():
            return safe(cell)
        case float():
            # What is not known, or has no bound, is an empty cell.
            return _Plain(f"{cell:.{DECIMALS}f}") if isfinite(cell) else None
        case date():
            return cell.isoformat()
    return cell
