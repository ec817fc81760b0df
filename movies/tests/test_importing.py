"""What is made of the lines of a file, and that each counts once. The command: test_import_*.py."""

import codecs
import csv
import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import IS_LONG
from movies.importing import lines
from movies.importing.checking import check
from movies.importing.ends import end_of
from movies.importing.files import look_at
from movies.importing.forms import form_of
from movies.importing.lines import lines_from
from movies.importing.moments import NoMoment, moment_of
from movies.importing.records import Records

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
T = "2026-01-01T10:00:00Z"


def read(content: bytes, tmp_path: Path, encoding: str = "") -> tuple[list[str], list[int], str]:
    """Return terms, the numbers of bad lines, and the encoding."""
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    file = look_at(path, encoding)
    form = form_of(file, BERLIN, NOW)
    with path.open("rb") as content_of:
        found = list(Records(lines_from(content_of, file.encoding, size=file.size, offset=0), form))
    terms = [one.found.term for one in found if one.found]
    return terms, [one.first for one in found if not one.found], file.encoding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00"),
        ("2026-01-01t00:00:00z", "2026-01-01T00:00:00"),
        ("2026-01-01 00:00:00.5+0100", "2025-12-31T23:00:00.500000"),
        ("2026-01-01 00:00:00 UTC", "2026-01-01T00:00:00"),
        ("2026-01-01 00:00:00 -05:00", "2026-01-01T05:00:00"),
        # Of Berlin: in winter, in summer, and on a day alone.
        ("2026-01-01 00:00", "2025-12-31T23:00:00"),
        ("2026-07-01 00:00", "2026-06-30T22:00:00"),
        ("2026-01-01", "2025-12-31T23:00:00"),
        # The hour that is shown twice, and the one that is left out.
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00"),
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00"),
        ("1767225600", "2026-01-01T00:00:00"),
        ("1767225600000", "2026-01-01T00:00:00"),
    ],
)
def test_a_moment_is_read_as_it_is_written(text, expected):
    assert moment_of(text, BERLIN, NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "“” is no time"),
        ("2026-02-30", "is no time"),
        ("20260101120000", "is no time"),
        ("2026-01-01-05:00", "is no time"),
        ("0001-01-01 00:00", "is no time"),
        ("1989-12-31T00:00Z", "is before 1990"),
        ("2026-11-28T00:00Z", "is in the future"),
        ("x" * 10_000, "x…” is no time"),
    ],
)
def test_what_is_no_moment_of_a_search_says_why(text, reason):
    with pytest.raises(NoMoment, match=reason):
        moment_of(text, BERLIN, NOW)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("", ""), ("over_budget", 0, None)),
        (("NULL", "nan"), ("over_budget", 0, None)),
        (("", "0"), ("not_found", 0, 0)),
        (("", "7.0"), ("nothing_new", 7, 7)),
        (("fetched", ""), ("fetched", 1, None)),
        (("From cache", "12"), ("cached", 12, 12)),
        (("not-found", ""), ("not_found", 0, None)),
        (("too_many", "900"), ("too_many", 0, 900)),
        (("failed", "10"), ("failed", 10, 10)),
    ],
)
def test_how_a_search_ended_is_what_the_file_says_and_no_more(said, expected):
    assert end_of(*said)[:3] == expected


@pytest.mark.parametrize(
    "said",
    [
        ("great", ""),
        ("", "-1"),
        ("", "many"),
        ("", "9999999999"),
        ("", "1.5"),
        ("fetched", "0"),
        ("not_found", "3"),
    ],
)
def test_an_outcome_that_is_none_is_a_bad_line(said):
    with pytest.raises(ValueError, match=r"is no|are too many|is none of"):
        end_of(*said)


@pytest.mark.parametrize(
    ("content", "terms", "bad"),
    [
        (f"{T},dune\r\n{T},alien\r\n", ["dune", "alien"], []),
        (f"{T},dune\r{T},alien", ["dune", "alien"], []),
        (f'{T},"crouching tiger, hidden\ndragon"\n', ["crouching tiger, hidden dragon"], []),
        (f'{T}, "dune"\n', ["dune"], []),
        (f'{T},5" floppy\n', ['5" floppy'], []),
        # A quote too many costs its own line alone, and no line behind it.
        (f'{T},"weird al\n{T},dune\n{T},"alien"\n', ["dune", "alien"], [1]),
        (f'{T},"weird al\n{T},dune"\n{T},alien\n', ['dune"', "alien"], [1]),
        (f'{T},"dune" two\n{T},alien\n', ["alien"], [1]),
        (f'{T},"{"x" * 300}\ny"\n{T},alien\n', ["alien"], [1, 2]),
        (f"{T},{'x' * 10_000}\n{T}, \n{T},a\0b\n{T}\n{T},up\n", ["up"], [1, 2, 3, 4]),
        (f"{T},tiger, dragon\n{T},up,,,,\n{T},up,,,5\n", ["up"], [1, 3]),
        (f"\n \n,,,\n{T},dune\n\n", ["dune"], []),
        (
            f"hits;Query;query_time\n3;dune;{T}\nhits;Query;query_time\n;up;{T}\n;;{T}\n",
            ["dune", "up"],
            [5],
        ),
        (f"{T}\tdune\n", ["dune"], []),
        ("no\nlog\n", [], [1, 2]),
        ('"\n', [], [1]),
        ("", [], []),
        (f"{'x' * 200_000}\n{T},dune\n", ["dune"], [1]),
    ],
)
def test_each_line_is_a_search_or_bad(content, terms, bad, tmp_path):
    assert read(content.encode(), tmp_path)[:2] == (terms, bad)


@pytest.mark.parametrize(
    ("content", "encoding", "terms", "bad"),
    [
        (f"{T},amélie\n".encode(), "utf-8", ["amélie"], []),
        (codecs.BOM_UTF8 + f"{T},amélie\n".encode(), "utf-8", ["amélie"], []),
        (f"{T},amélie\n".encode("utf-16"), "utf-16-le", ["amélie"], []),
        (
            codecs.BOM_UTF16_BE + f"{T},ab\r\n{T},c".encode("utf-16-be") + b"\0",
            "utf-16-be",
            ["ab", "c"],
            [],
        ),
        (
            codecs.BOM_UTF16_LE + f"{T},\ud800\n".encode("utf-16-le", "surrogatepass"),
            "utf-16-le",
            [],
            [1],
        ),
        (f"{T},amélie\n".encode("latin-1"), "cp1252", ["amélie"], []),
        # Of a file in UTF-8 one broken line is bad, and the others keep their letters.
        (f"{T},amélie\n".encode() + f"{T},é\n".encode("latin-1"), "utf-8", ["amélie"], [2]),
    ],
)
def test_encodings_are_found_out(content, encoding, terms, bad, tmp_path):
    assert read(content, tmp_path) == (terms, bad, encoding)


def test_a_line_may_end_wherever_a_chunk_does(tmp_path, monkeypatch):
    content = f"{T},dune\r\n{T},up\r{T},it\n".encode()
    for chunk in range(1, 60):
        monkeypatch.setattr(lines, "CHUNK", chunk)
        assert read(content, tmp_path)[0] == ["dune", "up", "it"]
        assert read(content.decode().encode("utf-16"), tmp_path)[0] == ["dune", "up", "it"]


def test_a_wide_file_goes_on_behind_the_lines_that_were_read(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(f"{T},dune\n{T},up\n".encode("utf-16"))
    file = look_at(path)

    def texts(offset: int) -> list[lines.Line]:
        with path.open("rb") as content:
            return list(lines_from(content, file.encoding, size=file.size, offset=offset))

    first, second = texts(0)
    assert texts(first.end) == [second]


words = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")) | st.sampled_from(' ,"\n'),
    max_size=12,
)


def written(term: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([T, term])
    return line.getvalue()


@settings(max_examples=400 if IS_LONG else 60, deadline=None)
@example(parts=[(True, "dune"), (True, "up")], encoding="utf-16", stops={1})
@example(parts=[(False, ",A")], encoding="utf-8", stops=set())
@given(
    parts=st.lists(
        words.map(lambda word: (True, f"film{word}x"))
        | words.map(lambda word: (False, word.replace('"', "").replace("\n", "")))
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    stops=st.sets(st.integers(0, 40)),
)
def test_wherever_reading_stops_each_good_line_is_read_once(parts, encoding, stops):
    good = [part for is_good, part in parts if is_good]
    # No name of a column: a first line of such is a header.
    text = "".join(written(part) if is_good else f"1 bad {part}\n" for is_good, part in parts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        path.write_bytes(text.encode(encoding))
        file = look_at(path)
        form = form_of(file, BERLIN, NOW)
        contents = check(file, form, lambda done, whole: None)
        found, offset, line, go_on = [], 0, 0, True
        while go_on:
            go_on = False
            with path.open("rb") as content:
                source = lines_from(content, file.encoding, size=file.size, offset=offset)
                for record in Records(source, form, line=line):
                    found.append(record)
                    offset, line = record.end, record.line
                    if len(found) in stops:
                        go_on = True
                        break

    terms = [" ".join(one.found.term.split()) for one in found if one.found]
    assert len(terms) == len(good) == contents.searches
    assert [one.first for one in found if not one.found] == [no for no, _ in contents.bad_lines]
    assert contents.bad == len(parts) - len(good)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("at", ["2026-01-01 10:00:00,123", "1767225600,5", "2026-01-01T10:00:00Z"])
def test_a_comma_within_a_moment_stands_between_nothing(delimiter, at, tmp_path):
    lines = f"{at}{delimiter}dune, part two\n{at}{delimiter}alien\n"

    assert read(lines.encode(), tmp_path)[0] == ["dune, part two", "alien"]


def test_a_header_with_blanks_is_one(tmp_path):
    text = f"timestamp , term , results\n{T},dune,3\ntimestamp , term , results\n"

    assert read(text.encode(), tmp_path)[:2] == (["dune"], [])
