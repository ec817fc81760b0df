"""What a file is: its content's hash, and the encoding it is written in."""

import codecs
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from movies.importing.lines import raw_lines

CHUNK = 1 << 20
BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# Of what is no UTF-8: what Windows and Excel write in the west.
FALLBACK = "cp1252"
ASCII = "".join(map(chr, range(128)))
UTF_16 = "utf-16"


class NoFile(Exception):
    """The file cannot be read, or not as it was asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when it was looked at; what is appended later is not part of it."""

    path: Path
    size: int
    sha256: str
    encoding: str

    @property
    def name(self) -> str:
        # A name may hold bytes that are no text, which no database takes.
        return self.path.name.encode(errors="replace").decode()[-255:].replace("\0", "?")


def look_at(path: Path, encoding: str = "") -> File:
    """Return what a file is; its encoding is found out unless it is given. Raises NoFile."""
    try:
        size, digest = 0, hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        known = _named(encoding, path) or _encoding(path, size)
    except OSError as error:
        raise NoFile(f"{path} cannot be read: {error.strerror}.") from None
    return File(path, size, digest.hexdigest(), known)


def _named(encoding: str, path: Path) -> str:
    """Return an encoding by its usual name, "" for none; raise NoFile for one without lines."""
    if not encoding:
        return ""
    with suppress(LookupError, UnicodeError, ValueError):
        name = codecs.lookup(encoding).name
        if name == UTF_16:
            return _marked(path) or f"{UTF_16}-le"
        # Lines, fields and times are found by these.
        if name in BOMS.values() or bytes(range(128)).decode(name) == ASCII:
            return name
    raise NoFile(f"{encoding!r} is no encoding of such files. Some are utf-8, cp1252, utf-16.")


def _marked(path: Path) -> str:
    """Return the encoding that the mark at the beginning of a file tells, "" without one."""
    with path.open("rb") as file:
        head = file.read(4)
    return next((encoding for mark, encoding in BOMS.items() if head.startswith(mark)), "")


def _encoding(path: Path, size: int) -> str:
    """Return UTF-8 unless a mark says otherwise, or most lines with other letters are none.

    Of a log in UTF-8 a few lines may be broken: these are bad, and the others keep their letters.
    """
    if marked := _marked(path):
        return marked
    with path.open("rb") as file:
        balance = sum(_is_utf8(line) for line, _ in raw_lines(file, size) if not line.isascii())
    return "utf-8" if balance >= 0 else FALLBACK


def _is_utf8(line: bytes) -> int:
    """Return 1 for a line that is UTF-8, -1 for one that is not."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return -1
    return 1
