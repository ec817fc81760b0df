"""Far more searches that find nothing than usual at these hours."""

from statistics import NormalDist

from dashboard.alerts.found import Found
from dashboard.alerts.hours import Hours, earlier
from dashboard.alerts.pages import period
from dashboard.days import site_date
from dashboard.front import proportions
from dashboard.front.headline import SURGE
from dashboard.models import Incident
from dashboard.totals import Counts
from movies.formats import number, rate
from movies.words import clock

HOURS = 3
USUAL_DAYS = 28
# Somebody who misspells the same title again and again is no surge.
FEWEST = 20
# It is looked at every hour of every year: with the 95 % of a page that somebody reads, chance
# alone would be told of every other week; with this, less than once in fifty years.
SURE = NormalDist().inv_cdf(1 - 1e-7)


def find(hours: Hours) -> Found | None:
    """Return the surge of the last three hours, against the same hours of four weeks."""
    lately = hours.last(HOURS)
    now = hours.sum(lately)
    usual = hours.sum(earlier(one, days) for one in lately for days in range(1, USUAL_DAYS + 1))
    if not is_surge(now, usual):
        return None
    found, before = rate(now.nothing_found, now.answered), rate(usual.nothing_found, usual.answered)
    day, since = site_date(hours.now), clock(lately[0])
    return Found(
        kind=Incident.Kind.SURGE,
        since=lately[0],
        subject=f"Nothing found surges: {found} of searches",
        sentence=f"Searches that find nothing have surged: {found} since {since}, after {before}.",
        figures=(
            ("Found nothing", f"{number(now.nothing_found)} of {number(now.answered)}, {found}"),
            ("Usual at these hours", f"{before}, over {USUAL_DAYS} days"),
            ("Since", since),
        ),
        page=period(site_date(lately[0]), day, chart="outcomes"),
        words=f"Nothing found surged: {found}, after {before}",
    )


def is_surge(now: Counts, usual: Counts) -> bool:
    """Return whether so much more found nothing: half as high again, as the headline has it, and
    proven.
    """
    is_high = now.nothing_found * usual.answered >= SURGE * usual.nothing_found * now.answered
    if now.nothing_found < FEWEST or not is_high:
        return False
    shares = (now.nothing_found, now.answered, usual.nothing_found, usual.answered)
    return proportions.difference(*shares, z=SURE).low > 0
