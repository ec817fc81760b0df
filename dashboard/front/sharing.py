"""What the first page reads for whom: every block names the permission it needs."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from dashboard import trends
from dashboard.days import end_of, site_date
from dashboard.front import figures
from dashboard.front.figures import SEARCHES, TERMS, Moment
from dashboard.models import Snapshot
from dashboard.periods import View
from dashboard.ranks.boards import Table, TermTable
from dashboard.ranks.snapshots import wanted
from dashboard.ranks.term_tables import Heads, heads_of
from dashboard.trends import Trend
from dashboard.worklist.lacking import Lack
from movies.words import when


@dataclass(frozen=True, slots=True)
class Shared:
    """What this reader may see; None is not shared with them, and costs no query."""

    view: View
    now: datetime
    # What is broken is never kept: what somebody has just settled is gone from the page at once.
    moment: Moment
    trend: Trend | None
    # None while nobody has searched.
    snapshot: Snapshot | None
    # Empty while they are worked out, and where terms are kept no more.
    tables: dict[Table, TermTable]
    # The first rows of the worklist, each with its term.
    worklist: list[tuple[Lack, str]]
    sees_terms: bool

    @property
    def figures_to(self) -> datetime:
        """Return the moment that the figures are of; before the first of all, that is now."""
        return self.moment.figures_to or self.now

    @property
    def is_waiting(self) -> bool:
        """Whether the terms are still being worked out."""
        return self.snapshot is not None and self.snapshot.figures_to is None

    @property
    def terms_to(self) -> str:
        """Return `to 10:31` where the terms are older than the figures beside them."""
        to = self.snapshot.figures_to if self.snapshot else None
        # Of a period that was over by then both are of all of it.
        if to is None or to >= end_of(self.view.last) or self.view.why_no_terms:
            return ""
        words, of_figures = (when(at, site_date(self.now)) for at in (to, self.figures_to))
        return "" if words == of_figures else f"to {words}"

    @property
    def is_nothing(self) -> bool:
        moment = self.moment
        counts = (moment.new_errors, moment.running_refills)
        is_something = any((self.trend, moment.films, moment.mails, self.sees_terms))
        return not is_something and all(count is None for count in counts)

    @property
    def can_fail(self) -> bool:
        """Whether the reader would see it if something failed."""
        moment = self.moment
        return any((moment.searching, moment.mails)) or moment.new_errors is not None

    @property
    def is_empty(self) -> bool:
        """Whether it is known that nobody but staff and bots has searched in the period."""
        return self.trend is not None and not self.trend.total.searches


def shared_with(user: User, view: View, now: datetime) -> Shared:
    """Read what the user's permissions allow, and nothing else."""
    moment = figures.read(user, view, now)
    trend = trends.read(view, moment.figures_to or now) if user.has_perm(SEARCHES) else None
    sees_terms = user.has_perm(TERMS)
    is_empty = trend is not None and not trend.total.searches
    snapshot = wanted(view, now) if sees_terms and not is_empty else None
    # Until they are worked out nothing is looked up live: this page has other things to say.
    is_ready = snapshot is not None and snapshot.figures_to is not None and view.has_terms
    heads = heads_of(view, snapshot) if snapshot and is_ready else Heads({}, [])
    return Shared(
        view=view,
        now=now,
        moment=moment,
        trend=trend,
        snapshot=snapshot,
        tables=heads.tables,
        worklist=heads.worklist,
        sees_terms=sees_terms,
    )
