"""How many different terms were searched for: one rule for the card and for the file."""

from dataclasses import dataclass

from dashboard.models import Snapshot
from dashboard.periods import View
from dashboard.trends import Trend


@dataclass(frozen=True, slots=True)
class Distinct:
    """The terms of a period, and those of the complete days of it and of the compared period.

    None is not known: `why` says the reason for `terms`, and is empty where they are known.
    """

    terms: int | None
    whole: int | None = None
    before: int | None = None
    why: str = ""

    @property
    def is_waiting(self) -> bool:
        """Return whether they will be known in a moment."""
        return self.why == WAITING


WAITING = "being counted"


def distinct_terms(view: View, trend: Trend | None, snapshot: Snapshot | None) -> Distinct:
    """Return the terms of a view by its snapshot; `trend` is None if it is not for the reader."""
    if trend and not trend.total.searches:
        return Distinct(0, 0)
    if not view.has_terms:
        return Distinct(None, why=view.why_no_terms)
    if snapshot is None or snapshot.figures_to is None:
        return Distinct(None, why=WAITING)
    before = snapshot.whole_terms_before if _has_base(view, trend, snapshot) else None
    return Distinct(snapshot.terms, snapshot.whole_terms, before)


def _has_base(view: View, trend: Trend | None, snapshot: Snapshot) -> bool:
    """Return whether the compared period began after the first search, and is known by term."""
    if not view.has_terms_before:
        return False
    # The snapshot has a bound exactly if there is something to compare with.
    return trend.base is not None if trend else snapshot.volume_low is not None
