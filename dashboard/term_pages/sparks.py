"""Sparklines: a line so small that it needs no axis, drawn by the server."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

WIDTH = 96
HEIGHT = 24
# Room for the line's own thickness above the highest point and below zero.
MARGIN = 2


def spark(counts: Sequence[int], *, is_open: bool = False) -> SafeString:
    """Return a line of counts, from zero to its own highest; nothing for less than two.

    What leads to the last one is dotted if that `is_open`: it is not over. It is for the eye
    only: the row that it stands in says the same in numbers.
    """
    if len(counts) < 2:
        return SafeString("")
    most = max(*counts, 1)
    step = WIDTH / (len(counts) - 1)
    points = [
        f"{place * step:.1f},{_height(count / most):.1f}" for place, count in enumerate(counts)
    ]
    line = _line(points[:-1], "") + _line(points[-2:], "open") if is_open else _line(points, "")
    return SafeString(
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{line}</svg>"
    )


def _line(points: Sequence[str], kind: str) -> str:
    return f'<polyline class="{kind}" points="{" ".join(points)}"/>'


def _height(part: float) -> float:
    return HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN)
