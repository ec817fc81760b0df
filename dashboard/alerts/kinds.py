"""The dashboard's kinds of notification about the site itself."""

from dashboard.models import Incident
from notifications import kinds
from notifications.kinds import Kind

WEEKLY = "weekly_digest"
# What is told so late is no alarm any more.
HOURS = 6


def register() -> None:
    for name, label, many in (
        (Incident.Kind.SPIKE, "Searches spike", "spikes of searches"),
        (Incident.Kind.SURGE, "Nothing found surges", "surges of nothing found"),
        (Incident.Kind.SILENCE, "Nobody searches", "silences"),
        (Incident.Kind.OMDB, "OMDb errors", "times that OMDb failed"),
    ):
        kinds.register(Kind(str(name), label, many, template="alert", expiry_hours=HOURS))
