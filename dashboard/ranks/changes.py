"""How terms changed, as far as a snapshot tells; most terms have no row in its tables."""

from dataclasses import dataclass, field

from dashboard.models import Board
from dashboard.periods import View
from dashboard.ranks.boards import ENOUGH, Entry, Table
from dashboard.ranks.refreshing import key_of
from dashboard.ranks.term_sums import TermSums

PROVEN: tuple[Table, ...] = ("rising", "falling")


@dataclass(frozen=True, slots=True)
class Changes:
    """What was tested; nothing of it while there is no snapshot."""

    # The rows of each table in its order.
    tables: dict[str, list[Entry]] = field(default_factory=dict)
    is_compared: bool = False
    # Unless the site itself is new in the period.
    tells_new: bool = False
    # Whether no term without a row rises or falls.
    has_all_proven: bool = False

    def by_term(self) -> dict[int, Entry]:
        return {entry.term_id: entry for rows in self.tables.values() for entry in rows}

    def state_of(self, sums: TermSums) -> str:
        """Return the state of a term without a row; empty where only a test could tell."""
        if sums.first_time:
            return "new" if self.tells_new else ""
        if sums.whole_before and not sums.searches:
            return "gone"
        if not self.is_compared:
            return ""
        if sums.whole + sums.whole_before < ENOUGH:
            return "few"
        return "steady" if self.has_all_proven else ""


def changes_of(view: View) -> Changes:
    """Return what the snapshot of a view tells."""
    both = ("snapshot__whole_terms", "snapshot__whole_terms_before")
    columns = ("table", "rows", "terms", *both)
    boards = list(Board.objects.filter(snapshot__key=key_of(view)).values_list(*columns))
    tables = {table: [Entry(*row) for row in rows] for table, rows, *_ in boards}
    return Changes(
        tables=tables,
        is_compared=any(terms and before for *_, terms, before in boards),
        tells_new=any(entry.state for entry in tables.get("new", ())[:1]),
        has_all_proven=all(
            len(rows) == terms for table, rows, terms, *_ in boards if table in PROVEN
        ),
    )
