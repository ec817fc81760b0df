"""The rows of a term table as they were last worked out, or live while they never were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.models import Snapshot
from dashboard.periods import View
from dashboard.ranks import leaders
from dashboard.ranks.boards import MOST, Entry, Ranked, Table, counted
from dashboard.ranks.refreshing import figures
from dashboard.ranks.term_sums import of_days

# Rows of a table that is not worked out yet.
LIVE = 25
# These need a period to compare with.
COMPARED: dict[Table, str] = {
    "rising": "to see what rises",
    "falling": "to see what falls",
    "gone": "to see what nobody searches any more",
}
NOTHING: dict[Table, str] = {
    "top": "Nothing was searched.",
    "rising": "Nothing provably rises.",
    "falling": "Nothing provably falls.",
    "new": "No term was searched for the first time.",
    "gone": "Every term of the compared period was searched again.",
    "empty": "Every search that was answered found films.",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """All rows that a table keeps; those of a table that is not ready are none."""

    table: Table
    entries: tuple[Entry, ...] = ()
    # All terms that belong into the table; None if nobody counted them yet.
    terms: int | None = 0
    # What they count together, and what shares are shares of.
    whole: int = 0
    of: int = 0
    figures_to: datetime | None = None
    is_ready: bool = True
    # Why it is empty, or not all.
    reason: str = ""

    @property
    def other(self) -> int:
        """Return what the terms without a row count."""
        return max(0, self.whole - sum(counted(self.table, entry) for entry in self.entries))

    @property
    def other_terms(self) -> int | None:
        return None if self.terms is None else self.terms - len(self.entries)


def kept(view: View, table: Table, snapshot: Snapshot, ranked: Sequence[Any]) -> Listing:
    """Return a table of a snapshot; `ranked` is as boards.Ranked, read from JSON."""
    board = Ranked(*ranked)
    shares = {"gone": snapshot.searches_before, "empty": board.whole}
    return Listing(
        table=table,
        entries=tuple(Entry(*row) for row in board.rows),
        terms=board.terms,
        whole=board.whole,
        of=shares.get(table, snapshot.searches),
        figures_to=snapshot.figures_to,
        reason=_why(view, table, snapshot, board.terms),
    )


def live(view: View, table: Table, limit: int = LIVE) -> Listing:
    """Return the first rows of a table that no snapshot has; only Top and Nothing found can."""
    figures_to = figures()
    if figures_to is None:
        return Listing(table, is_ready=False, reason="No figures yet: nothing was counted so far.")
    if table not in ("top", "empty"):
        return Listing(
            table,
            figures_to=figures_to,
            is_ready=False,
            reason="Being worked out; this page shows it in a moment.",
        )
    measure: leaders.Measure = "nothing_found" if table == "empty" else "searches"
    found = leaders.top(view, measure, limit).rows
    whole = of_days(measure, view.first, view.last, everyone=view.everyone)
    return Listing(
        table=table,
        entries=tuple(
            Entry(row.term_id, row.searches, None, row.nothing_found, row.first_time)
            for row in found
        ),
        terms=None if len(found) == limit else len(found),
        whole=whole,
        of=whole,
        figures_to=figures_to,
        reason=_why_live(view, table, whole, limit),
    )


def _why(view: View, table: Table, snapshot: Snapshot, terms: int) -> str:
    if terms > MOST:
        way_out = "take the CSV for all" if table not in ("rising", "falling") else "find a term"
        return f"The first {MOST:,} of {terms:,}; narrow the period or {way_out}."
    if terms:
        return ""
    if view.before is None and table in COMPARED:
        return f"Nothing is compared. Choose a comparison {COMPARED[table]}."
    if table != "gone" and not snapshot.searches:
        return f"No searches {view.words}."
    if table in COMPARED and not snapshot.searches_before:
        return f"No searches {view.before_words}: there is nothing to compare with."
    return NOTHING[table]


def _why_live(view: View, table: Table, whole: int, limit: int) -> str:
    if whole:
        return f"The first {limit}; the others, and how they changed, are being worked out."
    return f"No searches {view.words}." if table == "top" else NOTHING[table]
