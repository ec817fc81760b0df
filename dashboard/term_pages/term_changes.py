"""How a term changed, in words: its state, and by how much, as far as that can be proven."""

import math
from typing import Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies.formats import NONE

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
# The sign and the words of each state of dashboard.ranks.boards, except where nothing is compared.
STATES = {
    "rising": ("▲", "Rising"),
    "falling": ("▼", "Falling"),
    "new": ("+", "New"),
    "gone": ("−", "Gone"),  # noqa: RUF001 - a true minus
    "steady": ("", "No provable change"),
    "few": ("", "Too few to tell"),
}
UNKNOWN = format_html(
    '<span class="term-quiet"><span aria-hidden="true">{}</span>'
    '<span class="spoken">nothing to compare with</span></span>',
    NONE,
)


class Changed(Protocol):
    """A row of a term table: its share of all searches now through that before."""

    @property
    def state(self) -> str: ...
    @property
    def ratio(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


def state_label(state: str) -> SafeString:
    """Return the sign and the words of a state; nothing where nothing is compared."""
    if state not in STATES:
        return SafeString("")
    sign, words = STATES[state]
    kind = "term-quiet" if state in ("steady", "few") else "term-state"
    return format_html('<span class="{}">{}{}</span>', kind, _sign(sign), words)


def change_label(row: Changed) -> SafeString:
    """Return by how much a term changed, with what is proven of it on hover and on focus."""
    match row.state:
        case "rising" | "falling":
            sign, words = STATES[row.state]
            change = words if row.ratio is None else percent(row.ratio)
            label = format_html('<span class="term-change">{}{}</span>', _sign(sign), change)
        case "steady" if row.ratio is not None:
            arrow = "▲" if row.ratio > 1 else "▼" if row.ratio < 1 else ""
            change = percent(row.ratio)
            label = format_html('<span class="term-quiet">{}{}</span>', _sign(arrow), change)
        case "":
            return UNKNOWN
        case _:
            return state_label(row.state)
    return format_html(
        '<span class="term-why" tabindex="0">{}<span class="term-note">{}</span></span>',
        label,
        proof(row),
    )


def proof(row: Changed) -> str:
    """Return what of a change is proven; empty where the state's own words say it all."""
    match row.state:
        case "rising":
            return f"at least {percent(row.low, towards_none=True)}, 95{NBSP}% sure"
        case "falling":
            return f"at least {percent(row.high, towards_none=True)}, 95{NBSP}% sure"
        case "steady":
            most = "any rise" if row.high is None else percent(row.high)
            between = f"between {percent(row.low)} and {most}"
            return f"{between}: {_why_not_proven(row)}"
    return ""


def _why_not_proven(row: Changed) -> str:
    if (row.low or 0) > 1 or (row.high is not None and row.high < 1):
        # The interval is of this term alone; whether it is proven is of all that were tested.
        return "among so many terms that can be chance"
    return "no provable change"


def percent(ratio: float | None, *, towards_none: bool = False) -> str:
    """Return `+40.0 %` for a ratio of 1.4; `towards_none` never says more than is so."""
    change = 100 * ((ratio or 0) - 1)
    places = 0 if abs(change) >= 1000 else 1
    if towards_none:
        # 1.4 - 1 is a little less than 0.4.
        change = math.trunc(round(change * 10**places, 6)) / 10**places
    return f"{change:+,.{places}f}{NBSP}%".replace("-", MINUS)


def _sign(sign: str) -> SafeString:
    return format_html('<span aria-hidden="true">{}</span> ', sign) if sign else SafeString("")
