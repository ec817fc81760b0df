"""What a check says: a line of the page, with the figures that it measured."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies.formats import NONE, clock, counted


class State(StrEnum):
    """What is not known to be fine is unknown, and never fine."""

    FINE = "fine"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that a check measured, under the name it has at /metrics."""

    name: str
    means: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that can break: its state, since when, what goes on by itself, and what to do.

    A check leaves `key` and `name` to the list of checks, and `since` to what is remembered,
    unless it knows the moment better.
    """

    state: State
    words: SafeString | str
    since: datetime | None = None
    by_itself: SafeString | str = ""
    you_can: SafeString | str = ""
    figures: tuple[Figure, ...] = ()
    key: str = ""
    name: str = ""

    @property
    def sentence(self) -> SafeString:
        """Return `Worker: silent since 10:21`."""
        if self.since is None:
            return format_html("{}: {}", self.name, self.words)
        return format_html("{}: {} since {}", self.name, self.words, clock(self.since))

    @property
    def moment(self) -> SafeString:
        return clock(self.since) if self.since else SafeString(NONE)


fine: Callable[..., Line] = partial(Line, State.FINE)
broken: Callable[..., Line] = partial(Line, State.BROKEN)
unknown: Callable[..., Line] = partial(Line, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Report:
    """All lines as they were at one moment."""

    at: datetime
    lines: tuple[Line, ...]

    def _in(self, state: State) -> list[Line]:
        return [line for line in self.lines if line.state == state]

    @property
    def broken(self) -> list[Line]:
        return self._in(State.BROKEN)

    @property
    def unknown(self) -> list[Line]:
        return self._in(State.UNKNOWN)

    @property
    def fine(self) -> list[Line]:
        return self._in(State.FINE)

    def line(self, key: str) -> Line:
        """Return what the check of that key found."""
        return next(line for line in self.lines if line.key == key)

    def is_broken(self, key: str) -> bool:
        """Return whether the check of that key found something broken."""
        return any(line.key == key for line in self.broken)

    @property
    def is_fine(self) -> bool:
        return len(self.fine) == len(self.lines)

    @property
    def headline(self) -> str:
        """Return the page's answer: what is broken, or else what is not known, or else calm."""
        if self.broken:
            return f"{counted(len(self.broken), 'thing is', 'things are')} broken."
        if self.unknown:
            return f"{counted(len(self.unknown), 'thing is', 'things are')} unknown."
        return "Everything works."
