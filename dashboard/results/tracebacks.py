"""Read a traceback as Celery stores it, our own frames apart from those of libraries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

# Beyond this nobody reads on; what was raised stands at the end.
LONGEST = 20_000

_FRAME = re.compile(r'  File "([^"\n]{1,1000})", line ([0-9]{1,9}), in (.{1,300})')
# The last of our folders in the path: the product may live in a folder called like one.
_OWN = re.compile(r"(?:.*/)?((?:config|dashboard|movies|notifications)/.+)\.py")
_LIBRARIES = ("/site-packages/", "/lib/python")


@dataclass(frozen=True, slots=True)
class Frame:
    """One call: where it is, and what stands there."""

    # As in movies.filling, or the whole path of a library's file.
    module: str
    line: str
    function: str
    is_own: bool
    code: str = ""

    @property
    def place(self) -> str:
        """Return `movies.filling:run_item`, which outlives an edit above it."""
        return f"{self.module}:{self.function}"


@dataclass(frozen=True, slots=True)
class Block:
    """Frames of one side that follow one another, or words between frames."""

    frames: tuple[Frame, ...] = ()
    words: str = ""

    @property
    def is_own(self) -> bool:
        return bool(self.frames) and self.frames[0].is_own


@dataclass(frozen=True, slots=True)
class Traceback:
    blocks: tuple[Block, ...]
    # It is too long: its beginning is left out.
    is_cut: bool


def parse(text: str) -> Traceback:
    """Return a traceback in blocks; whatever is no frame stays words."""
    parts = _parts(text[-LONGEST:].splitlines())
    grouped = groupby(parts, key=lambda part: isinstance(part, Frame) and (True, part.is_own))
    return Traceback(tuple(_block(list(group)) for _, group in grouped), len(text) > LONGEST)


def own_place(text: str) -> str:
    """Return the place of the last of our own frames; empty if there is none."""
    frames = [part for part in _parts(text[-LONGEST:].splitlines()) if isinstance(part, Frame)]
    return next((frame.place for frame in reversed(frames) if frame.is_own), "")


def _block(parts: list[Frame | str]) -> Block:
    frames = tuple(part for part in parts if isinstance(part, Frame))
    if frames:
        return Block(frames=frames)
    return Block(words="\n".join(str(part) for part in parts).strip("\n"))


def _parts(lines: list[str]) -> Iterator[Frame | str]:
    """Yield frames, each with the lines that are indented below it, and all other lines."""
    place = 0
    while place < len(lines):
        match = _FRAME.fullmatch(lines[place])
        place += 1
        if match is None:
            yield lines[place - 1]
            continue
        first = place
        while place < len(lines) and lines[place].startswith(("    ", "  [")):
            place += 1
        below = (line.strip() for line in lines[first:place])
        # Without the marks that point into the line above: they say nothing once it is moved.
        yield _frame(match, "\n".join(line for line in below if line.strip("^~ ")))


def _frame(match: re.Match[str], code: str) -> Frame:
    path, line, function = match.groups()
    own = None if any(part in path for part in _LIBRARIES) else _OWN.fullmatch(path)
    module = own[1].replace("/", ".") if own else path
    return Frame(module, line, function, own is not None, code)
