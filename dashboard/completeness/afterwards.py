"""How a period's estimate turned out, on the searches that came after it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, Sum

from dashboard.completeness import estimates
from dashboard.completeness.counting import searches_by_day
from dashboard.completeness.estimates import Share
from dashboard.days import ONE_DAY, site_date
from dashboard.kept import KEEP_DAYS
from dashboard.models import TermDay
from dashboard.periods import View
from dashboard.ranks.term_sums import count
from movies.words import dates


@dataclass(frozen=True, slots=True)
class Afterwards:
    """The days after a period, as many as it has or as there are; how many of their searches were
    for a term not searched in the period: the chance that was estimated at its end.

    `unseen` counts every search for such a term, not only the first.
    """

    first: date
    last: date
    searches: int
    unseen: int
    share: Share

    def as_json(self) -> dict[str, Any]:
        days = {"from": self.first, "to": self.last}
        counts = {"searches": self.searches, "unseen": self.unseen}
        return self.share._asdict() | days | counts


def afterwards(view: View, figures_to: datetime) -> tuple[Afterwards | None, str]:
    """Return what came after the view, or why that is not known."""
    first = view.last + ONE_DAY
    last = min(view.last + timedelta(days=view.days), site_date(figures_to))
    if first > last:
        return None, "nothing after it is counted yet"
    # Read first: both are added to in one transaction.
    all_searches = sum(searches_by_day(view.first, last, everyone=view.everyone).values())
    found = _searches(view, first, last)
    # Not by the date: of an old log the terms are kept from the day on which it was imported.
    if found["during"] + found["after"] < all_searches:
        return None, f"terms are kept {KEEP_DAYS.days} days"
    searches, unseen = found["after"], found["unseen"]
    share = estimates.counted_if_any(unseen, searches)
    if share is None:
        return None, f"no searches {dates(first, last, view.today)}"
    return Afterwards(first, last, searches, unseen, share), ""


def _searches(view: View, first: date, last: date) -> dict[str, int]:
    """Return the searches during the view and after it, and those after it for other terms."""
    searches = count("searches", everyone=view.everyone)
    terms = TermDay.objects.filter(day__range=(view.first, last)).order_by().values("term_id")
    terms = terms.annotate(
        before=Sum(searches, filter=Q(day__lt=first), default=0),
        since=Sum(searches, filter=Q(day__gte=first), default=0),
    )
    return terms.aggregate(
        during=Sum("before", default=0),
        after=Sum("since", default=0),
        unseen=Sum("since", filter=Q(before=0), default=0),
    )
