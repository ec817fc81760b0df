"""Whatever bytes a file holds, each line counts once or is named, wherever reading stops."""

import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from conftest import IS_LONG
from movies.importing.checking import check
from movies.importing.files import File, look_at
from movies.importing.forms import NoForm, form_of
from movies.importing.lines import lines_from
from movies.importing.reading import Form, NoSearch
from movies.importing.records import Record, Records

NOW = datetime(2026, 11, 27, tzinfo=UTC)
T = b"2026-01-01T10:00:00Z"
examples = settings(max_examples=3000 if IS_LONG else 100, deadline=None)

# What a file may be made of; the smallest pieces are those that lines, fields and quotes end with.
pieces = st.sampled_from(
    [
        *(b"\n", b"\r\n", b"\r", b'"', b",", b";", b"\t", b" ", b"\0", b"\xff", "é".encode()),
        *(b"dune", b"timestamp,term\n", T, b'"' + T, b"\n" + T + b",", T + b',"up"\n'),
        b"fetched,0\n",
    ]
)
contents = st.one_of(
    st.lists(pieces, max_size=40).map(b"".join),
    st.binary(max_size=80),
    st.lists(pieces, max_size=20).map(
        lambda found: b"".join(found).decode(errors="replace").encode("utf-16")
    ),
)


@dataclass(frozen=True, slots=True)
class Reading:
    file: File
    form: Form

    def records(self, offset: int = 0, line: int = 0) -> list[Record]:
        with self.file.path.open("rb") as content:
            lines = lines_from(content, self.file.encoding, size=self.file.size, offset=offset)
            return list(Records(lines, self.form, line=line))

    def texts(self) -> list[str]:
        """Return the lines as anybody would split them."""
        content, encoding = self.file.path.read_bytes(), self.file.encoding
        is_wide = encoding.startswith("utf-16")
        # Half a character at the end is none.
        content = content[: -(len(content) % 2) or None] if is_wide else content
        text = content.decode(encoding, "surrogatepass" if is_wide else "surrogateescape")
        return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)


def squeezed(text: str) -> str:
    """Return a text without all that may stand between its words."""
    return re.sub(r'[,;|"\ufeff\s]', "", text)


def read(content: bytes, folder: str) -> Reading:
    path = Path(folder, "log.csv")
    path.write_bytes(content)
    file = look_at(path)
    try:
        return Reading(file, form_of(file, ZoneInfo("Europe/Berlin"), NOW))
    except NoForm:
        reject()


@examples
@given(content=contents)
@example(content=T + b',"weird al\n' + T + b',dune\n"\n')
@example(content=b'"\n')
@example(content=b'"\n"\n' + T + b",dune")
def test_each_line_of_any_file_is_a_search_or_named_or_holds_nothing(content):
    with tempfile.TemporaryDirectory() as folder:
        reading = read(content, folder)
        records, texts = reading.records(), reading.texts()
        found = check(reading.file, reading.form, lambda done, whole: None)

    # Which lines belong to which record; a bad one is named for itself alone.
    spans = [range(record.first, record.line + 1) for record in records]
    covered = [number for span in spans for number in span]
    assert covered == sorted(set(covered))
    assert all(
        len(span) == 1 for span, record in zip(spans, records, strict=True) if not record.found
    )
    left = set(range(1, len(texts) + 1)) - set(covered)
    for number in left:
        assert squeezed(texts[number - 1]) in {"", squeezed("".join(reading.form.header))}
    assert all(record.reason or record.found for record in records)
    assert (found.searches, found.bad) == (len(records) - found.bad, len(found.bad_lines))
    assert found.lines == len(texts)


@examples
@given(content=contents.map(lambda content: content.replace(b'"', b"'")))
def test_without_quotes_each_line_is_read_as_if_it_were_alone(content):
    with tempfile.TemporaryDirectory() as folder:
        reading = read(content, folder)
        records, texts = reading.records(), reading.texts()

    for record in records:
        text = texts[record.first - 1]
        try:
            alone = reading.form.read(
                text.removeprefix("\ufeff").rstrip("\r\n").split(reading.form.delimiter)
            )
        except NoSearch:
            alone = None
        assert record.found == alone or "bytes that are no letters" in record.reason


@examples
@given(content=contents)
def test_reading_goes_on_anywhere_as_if_it_had_not_stopped(content):
    with tempfile.TemporaryDirectory() as folder:
        reading = read(content, folder)
        whole = reading.records()

        for number, record in enumerate(whole, start=1):
            assert reading.records(record.end, record.line) == whole[number:]
