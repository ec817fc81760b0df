import csv
import io
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections

from movies import csv_safe

BLANKS = ["", " ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\ufeff", "\u3000", "\x1b"]


def written(*rows: object) -> bytes:
    response = csv_safe.attached("rows.csv", (row for row in rows))
    return response.getvalue()


def read(content: bytes, delimiter: str = ",") -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹣"])  # noqa: RUF001
@pytest.mark.parametrize("blank", BLANKS)
def test_text_that_looks_like_a_formula_gets_an_apostrophe(blank, sign):
    hostile = f"{blank}{sign}cmd|' /C calc'!A0"

    assert csv_safe.safe(hostile) == f"'{hostile}"
    assert read(written([hostile])) == [[f"'{hostile}"]]


@pytest.mark.parametrize("blank", ["\t", "\r", "\n"])
def test_text_that_begins_with_a_break_gets_an_apostrophe(blank):
    assert csv_safe.safe(f"{blank}dune") == f"'{blank}dune"


@pytest.mark.parametrize("text", ["", " ", "dune", "'dune", "9", "wall-e", " a=b", "amélie", "…"])
def test_other_text_stays_as_it_is(text):
    assert csv_safe.safe(text) == text


def test_text_with_semicolons_stays_one_cell_where_these_part_cells():
    content = written(["dune;=1+1", 5], ['dune";=1+1', 5])

    assert [row[0] for row in read(content, ";")] == ["dune;=1+1,5", 'dune";=1+1,5']


def test_numbers_of_ours_are_plain_numbers():
    numbers = [5, -5, 1234567, 0.5, -0.25, 1e-7, 1e20]

    lines = written(numbers).decode("utf-8-sig")

    assert lines == (
        "5,-5,1234567,0.500000000,-0.250000000,0.000000100,100000000000000000000.000000000\r\n"
    )


def test_what_is_not_known_is_an_empty_cell():
    assert written(["a", None, math.inf, math.nan]).decode("utf-8-sig") == '"a",,,\r\n'


def test_days_and_moments_are_of_the_iso_form():
    [cells] = read(written([date(2026, 11, 22), datetime(2026, 11, 22, 9, 35, tzinfo=UTC)]))

    assert cells == ["2026-11-22", "2026-11-22T09:35:00+00:00"]


def test_accents_are_read_by_excel():
    assert written(["amélie"]) == b'\xef\xbb\xbf"am\xc3\xa9lie"\r\n'


@pytest.fixture
def _kept_connections() -> Iterator[None]:
    """Let an answer be closed here as a server does, without its closing the database too."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


@pytest.mark.usefixtures("_kept_connections")
def test_rows_are_read_while_they_are_sent_and_let_go_when_the_reader_hangs_up():
    read_rows = []
    let_go = []

    def rows() -> Iterator[list[int]]:
        try:
            for number in range(10 * csv_safe.ROWS_A_CHUNK):
                read_rows.append(number)
                yield [number]
        finally:
            let_go.append(True)

    response = csv_safe.attached("rows.csv", rows())
    content = iter(response)
    next(content)
    next(content)
    assert len(read_rows) == csv_safe.ROWS_A_CHUNK
    assert not let_go

    response.close()

    assert let_go


def test_without_a_body_nothing_is_read():
    read_rows = []
    response = csv_safe.attached(
        "rows.csv", (read_rows.append(1) for _ in range(3)), has_body=False
    )

    assert response.content == b""
    assert response["Content-Disposition"] == 'attachment; filename="rows.csv"'
    assert not read_rows
