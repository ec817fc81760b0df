"""The rows of a term table as they were last worked out, or live while they never were."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from dashboard.models import Snapshot
from dashboard.periods import View
from dashboard.ranks import bases, leaders
from dashboard.ranks.boards import FIRST_SEARCH, MOST, Entry, Ranked, Table, counted
from dashboard.ranks.refreshing import figures
from dashboard.ranks.term_sums import of_days

# Rows of a table that is not worked out yet.
LIVE = 25
# Searches of a period that is summed while a page waits: so many terms are read at once.
AT_ONCE = 10_000
COMING = "Being worked out; this page shows it in a moment."
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
# A day that runs is not compared with a whole one.
NOT_OVER_YET = "No day of this period is over yet: {} is known tomorrow."
KNOWN_TOMORROW: dict[Table, str] = {
    "rising": "what rises",
    "falling": "what falls",
    "gone": "what is gone",
}
NONE_OVER = "Only days that are over are compared, and on those there were no searches {}."


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
    is_live: bool = False
    # Why it is empty, or not all.
    reason: str = ""

    @property
    def is_cut(self) -> bool:
        """Return whether terms belong into it that have no row."""
        return self.other_terms != 0

    @property
    def is_all_new(self) -> bool:
        """Return whether the site began in the period, so that no term is called new."""
        return self.table == "new" and bool(self.entries) and not self.entries[0].state

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
    """Return the first rows of a table that no snapshot has, if they are found at little cost.

    Only Top and Nothing found can. Pages ask again every two seconds until the snapshot is there.
    """
    figures_to = figures()
    if figures_to is None:
        return Listing(table, is_ready=False, reason="No figures yet: nothing was counted so far.")
    measure: leaders.Measure = "nothing_found" if table == "empty" else "searches"
    kept_view = replace(view, first=max(view.first, view.known_from))
    found = _leaders(kept_view, measure, limit) if table in ("top", "empty") else None
    if found is None:
        return Listing(table, figures_to=figures_to, is_ready=False, reason=COMING)
    whole = of_days(measure, kept_view.first, view.last, everyone=view.everyone)
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
        is_live=True,
        reason=_why_live(view, table, whole, limit),
    )


def _leaders(view: View, measure: leaders.Measure, limit: int) -> tuple[leaders.Leader, ...] | None:
    """Return the first terms; None where that takes reading very many."""
    found = leaders.proven(view, measure, limit)
    if found is None and of_days("searches", view.first, view.last, everyone=True) <= AT_ONCE:
        return leaders.top(view, measure, limit).rows
    return found


def _why(view: View, table: Table, snapshot: Snapshot, terms: int) -> str:
    """Return why a table is empty, or not all; `snapshot` is worked out."""
    now = snapshot.figures_to or snapshot.wanted_at
    not_all = view.why_not_all_terms
    if terms > MOST:
        way_out = "take the CSV for all" if table not in ("rising", "falling") else "find a term"
        cut = f"The first {MOST:,} of {terms:,}; narrow the period or {way_out}."
        return f"{cut} {not_all}".rstrip()
    if terms or not_all:
        return not_all
    if table in COMPARED and (not_compared := _why_not_compared(view, table, snapshot, now)):
        return not_compared
    return NOTHING[table] if snapshot.searches or table == "gone" else f"No searches {view.words}."


def _why_not_compared(view: View, table: Table, snapshot: Snapshot, now: datetime) -> str:
    """Return why a table that compares is empty; nothing where it was compared."""
    if view.before is None:
        return f"Nothing is compared. Choose a comparison {COMPARED[table]}."
    if table != "gone" and not snapshot.searches:
        return f"No searches {view.words}."
    if not snapshot.searches_before:
        first = snapshot.heads.get(FIRST_SEARCH)
        began = date.fromisoformat(first) if first else None
        no_base = bases.why_no_base(view, began)
        return no_base or f"No searches {view.before_words}: there is nothing to compare with."
    if bases.whole_to(now) < view.first:
        return NOT_OVER_YET.format(KNOWN_TOMORROW[table])
    if not snapshot.whole_terms_before:
        return NONE_OVER.format(view.before_words)
    if table != "gone" and not snapshot.whole_terms:
        return NONE_OVER.format(view.words)
    return ""


def _why_live(view: View, table: Table, whole: int, limit: int) -> str:
    not_all = view.why_not_all_terms
    if whole:
        others = f"The first {limit}; the others, and how they changed, are being worked out."
        return f"{others} {not_all}".rstrip()
    nothing = f"No searches {view.words}." if table == "top" else NOTHING[table]
    return not_all or nothing
