"""How a figure changed against the compared period, in words."""

from dataclasses import dataclass

from dashboard.front import proportions
from movies.formats import NONE

_MINUS = "\N{MINUS SIGN}"
_NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Delta:
    """A change as `+4.1 %`; `tone` is good or look where one direction is good, else empty."""

    words: str
    arrow: str = ""
    tone: str = ""
    # Read aloud in place of the words.
    spoken: str = ""


NOTHING = Delta(NONE, spoken="nothing to compare with")


def of_count(now: float | None, before: float | None) -> Delta:
    """Return by how many per cent a count changed; of what was nothing there are none."""
    if now is None or not before:
        return NOTHING
    change = 100 * (now - before) / before
    return Delta(_signed(change, "%"), _arrow(change))


def of_rate(now: tuple[int, int], before: tuple[int, int] | None, *, good: str = "") -> Delta:
    """Return by how many points a share changed; both are a part and its whole.

    `good` is the better direction, "up" or "down". Only a proven change has a tone: what may be
    chance is no reason to worry.
    """
    if before is None or not now[1] or not before[1]:
        return NOTHING
    change = 100 * (now[0] / now[1] - before[0] / before[1])
    low, high = proportions.difference(*now, *before)
    is_proven = bool(good) and (low > 0 or high < 0)
    return Delta(_signed(change, "pt"), _arrow(change), tone(change, good) if is_proven else "")


def of_share(now: float, before: float) -> Delta:
    """Return by how many points a share changed that is known exactly, and better when higher."""
    change = 100 * (now - before)
    return Delta(_signed(change, "pt"), _arrow(change), tone(change, "up"))


def tone(change: float, good: str) -> str:
    """Return whether a change is for the better."""
    if not _arrow(change):
        return ""
    return "good" if (change > 0) == (good == "up") else "look"


def percent(change: float) -> str:
    """Return `8.2 %` of a change that its sentence gives the direction of."""
    return _digits(abs(change)) + f"{_NBSP}%"


def _signed(change: float, unit: str) -> str:
    sign = {"▲": "+", "▼": _MINUS}.get(_arrow(change), "")
    return f"{sign}{_digits(abs(change))}{_NBSP}{unit}"


def _arrow(change: float) -> str:
    if round(abs(change), 1) == 0:
        return ""
    return "▲" if change > 0 else "▼"


def _digits(change: float) -> str:
    if round(change, 1) == 0:
        return "0"
    return f"{change:,.1f}" if round(change, 1) < 100 else f"{change:,.0f}"
