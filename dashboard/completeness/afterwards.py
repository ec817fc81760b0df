"""How a period's estimate turned out, on the searches that came after it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, Sum

from dashboard.completeness import estimates
from dashboard.completeness.estimates import Share
from dashboard.days import ONE_DAY, site_date
from dashboard.models import TermDay
from dashboard.periods import View
from dashboard.ranks.term_sums import count


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


def afterwards(view: View, figures_to: datetime) -> Afterwards | None:
    """Return what came after the view; None where nobody has searched since, or terms are gone."""
    first = view.last + ONE_DAY
    last = min(view.last + timedelta(days=view.days), site_date(figures_to))
    if not view.has_terms:
        return None
    searches = count("searches", everyone=view.everyone)
    terms = TermDay.objects.filter(day__range=(view.first, last)).order_by().values("term_id")
    terms = terms.annotate(
        during=Sum(searches, filter=Q(day__lt=first), default=0),
        after=Sum(searches, filter=Q(day__gte=first), default=0),
    )
    found = terms.aggregate(
        searches=Sum("after", default=0), unseen=Sum("after", filter=Q(during=0), default=0)
    )
    share = estimates.counted_if_any(found["unseen"], found["searches"])
    return Afterwards(first, last, **found, share=share) if share else None
