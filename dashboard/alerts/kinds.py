"""The dashboard's kinds of notification about the site itself."""

from dashboard.models import Incident
from notifications import kinds
from notifications.kinds import Kind

WEEKLY = "weekly_digest"
# What is told so late is no alarm any more.
HOURS = 6
# A digest of the week before is news until the next one.
A_WEEK = 7 * 24


def register() -> None:
    for name, label, many in (
        (Incident.Kind.SPIKE, "Searches spike", "spikes of searches"),
        (Incident.Kind.SURGE, "Nothing found surges", "surges of nothing found"),
        (Incident.Kind.SILENCE, "Nobody searches", "silences"),
        (Incident.Kind.OMDB, "OMDb errors", "times that OMDb failed"),
    ):
        kinds.register(Kind(str(name), label, many, template="alert", expiry_hours=HOURS))
    week = Kind(WEEKLY, "Weekly digest", "weekly digests", template="weekly", expiry_hours=A_WEEK)
    kinds.register(week)
