"""Many searches that ask OMDb fail, by its fault or by ours: the last one's words tell.

That it refuses the key, or has no calls left, is told by a kind of its own.
"""

from dashboard.alerts.found import Found
from dashboard.alerts.hours import Hours
from dashboard.alerts.pages import period
from dashboard.days import site_date
from dashboard.front import proportions
from dashboard.models import Incident
from dashboard.totals import Counts
from movies.formats import number, rate
from movies.models import Outcome, Search
from movies.words import clock

HOURS = 2
# Two searches that fail at night tell nothing.
FEWEST = 5
# OMDb times out now and then. One in five is no now and then.
BOUND = 0.2


def find(hours: Hours) -> Found | None:
    """Return what failed in this hour and the one before, if it was provably too much."""
    lately = hours.last(HOURS)
    now = hours.sum(lately)
    if not is_failing(now):
        return None
    since, asked = lately[0], asked_of(now)
    said = _last_words(hours)
    failed = rate(now.failed, asked)
    return Found(
        kind=Incident.Kind.OMDB,
        since=since,
        subject=f"Searches fail: {failed} of those that ask OMDb",
        sentence=f"{number(now.failed)} of {number(asked)} searches that ask OMDb have failed "
        f"since {clock(since)}.",
        figures=(
            ("Failed", f"{number(now.failed)} of {number(asked)}, {failed}"),
            ("Usual", f"below {BOUND:.0%}".replace("%", "\N{NO-BREAK SPACE}%")),
            ("Since", clock(since)),
            *((("The last one", said),) if said else ()),
        ),
        page=period(site_date(since), site_date(hours.now), chart="outcomes"),
        words=f"Searches failed: {failed} of those that ask OMDb",
    )


def asked_of(counts: Counts) -> int:
    """Return the searches that OMDb was to answer, refusals apart."""
    return counts.searches - counts.cached - counts.over_budget - counts.refused


def is_failing(counts: Counts) -> bool:
    if counts.failed < FEWEST:
        return False
    return proportions.share(counts.failed, asked_of(counts)).low > BOUND


def _last_words(hours: Hours) -> str:
    """Return why the last one failed, empty if nobody said."""
    failed = Search.objects.filter(outcome=Outcome.FAILED, created_at__gte=hours.last(HOURS)[0])
    last = failed.order_by("-created_at").values_list("message", flat=True).first()
    return last or ""
