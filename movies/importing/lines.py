"""The lines of a file, each with how far it reaches: bytes are counted, so that one can go on."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

CHUNK = 1 << 18
# No line of a log is as long; one that is has the rest dropped, and is bad.
LONGEST = 1 << 16
# Its line ends are no single bytes: it is read as UTF-8, in whose bytes its offsets count.
WIDE = "utf-16"


class Line(NamedTuple):
    """One line with its end; undecodable bytes are lone surrogates, which no term may hold."""

    text: str
    # The offset at which the next one begins.
    end: int
    is_whole: bool


def lines_from(file: BinaryIO, encoding: str, *, size: int, offset: int) -> Iterator[Line]:
    """Yield the lines after an offset that ended a line, up to `size` bytes of the file."""
    is_wide = encoding.startswith(WIDE)
    if is_wide:
        found = _cut(_transcoded(file, encoding, size))
        encoding = "utf-8"
    else:
        file.seek(offset)
        found = raw_lines(file, size - offset)
    end = 0 if is_wide else offset
    for raw, length in found:
        end += length
        if end <= offset:
            continue
        text = raw.decode(encoding, "surrogateescape")
        # Of files that were joined the second begins with a mark, too.
        yield Line(text.removeprefix("\ufeff"), end, length <= LONGEST)


def raw_lines(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield what is left of a file line by line, LONGEST bytes at most, with the whole length."""
    return _cut(_chunks(file, size))


def _chunks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (chunk := file.read(min(CHUNK, size))):
        size -= len(chunk)
        yield chunk


def _transcoded(file: BinaryIO, encoding: str, size: int) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for chunk in _chunks(file, size):
        if written := decoder.decode(chunk).encode("utf-8", "surrogatepass"):
            yield written


def _cut(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield lines that end as on Unix, on Windows or on old Macs."""
    begun, length, after_return = b"", 0, False
    for chunk in chunks:
        first, *others = chunk.splitlines(keepends=True)
        # A line may end where a chunk does, and there between its two characters.
        if after_return and first != b"\n":
            yield begun, length
            begun, length = b"", 0
        begun, length = (begun + first)[:LONGEST], length + len(first)
        for other in others:
            yield begun, length
            begun, length = other[:LONGEST], len(other)
        after_return = chunk.endswith(b"\r")
        if chunk.endswith(b"\n"):
            yield begun, length
            begun, length = b"", 0
    if length:
        yield begun, length
