"""Nobody searches, for much longer than chance explains at these hours."""

import math
from datetime import datetime

from dashboard.alerts.found import Found
from dashboard.alerts.hours import Hours
from dashboard.alerts.pages import period
from dashboard.days import ONE_HOUR, site_date
from dashboard.models import Incident
from dashboard.rollup.counting import counted_of
from movies.formats import number
from movies.models import Search
from movies.words import when

# Visitors come by chance, searches do not: one visitor makes a few.
SEARCHES_A_VISIT = 3
# Of so long a gap after any one visit. A site of 10,000 visits a day sees it once in 270 years,
# and the visits that a rhythm promises are never known better than by a third.
BOUND = 1e-9
# Where less is missed in a day, the site is too seldom used to be called silent.
MOST_HOURS = 24


def find(hours: Hours) -> Found | None:
    """Return the silence that still lasts; None if it may be chance."""
    began = _began(hours)
    if began is None:
        return None
    missed = missed_since(hours, began)
    if not is_silence(missed) or _somebody_searches(began):
        return None
    last = _last_before(began)
    since = last or began
    told = when(since, site_date(hours.now))
    return Found(
        kind=Incident.Kind.SILENCE,
        since=since,
        subject=f"Nobody has searched since {told}",
        sentence=f"Nobody has searched since {told}; about {number(round(missed))} "
        "searches would be usual.",
        figures=(
            ("Searches", number(0)),
            ("Usual in that time", f"about {number(round(missed))}"),
            ("Since", told),
        ),
        page=period(site_date(since), site_date(hours.now)),
        words="Nobody searched",
    )


def is_silence(missed: float) -> bool:
    """Return whether it is beyond chance that so many searches are missing (Poisson)."""
    return math.exp(-missed / SEARCHES_A_VISIT) < BOUND


def _began(hours: Hours) -> datetime | None:
    """Return the end of the last hour with a search; None if that is not over or not known."""
    searched = [hour for hour, counts in hours.counts.items() if counts.searches]
    began = max(searched) + ONE_HOUR if searched else None
    return began if began and began <= hours.running else None


def missed_since(hours: Hours, began: datetime) -> float:
    """Return how many searches would be usual since then, of the last day at most.

    An hour has the least of what is usual in each of its rhythms, and none if no worker ran in
    it: then the site was down, and nobody could search.
    """
    missed = 0.0
    for hour in hours.last(MOST_HOURS):
        usual = hours.usual(hour)
        if hour < began or not usual or not (hour in hours.worked or hour == hours.running):
            continue
        part = min(1.0, (hours.now - hour) / ONE_HOUR)
        missed += part * min(one.mean for one in usual)
    return missed


def _somebody_searches(began: datetime) -> bool:
    """Return whether a search was made that is not in the figures, for it still runs."""
    made = counted_of(Search.objects.filter(created_at__gte=began), everyone=False)
    return made.exists()


def _last_before(began: datetime) -> datetime | None:
    """Return when the last search was made; None if it is no longer kept."""
    hour = Search.objects.filter(created_at__gte=began - ONE_HOUR, created_at__lt=began)
    made = counted_of(hour, everyone=False).order_by("-created_at")
    return made.values_list("created_at", flat=True).first()
