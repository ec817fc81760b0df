"""One look at what is out of the ordinary just now."""

from collections.abc import Callable
from datetime import datetime

from dashboard.alerts import failures, hours, outages, silences, spikes, surges
from dashboard.alerts.found import Found
from dashboard.alerts.hours import Hours
from dashboard.alerts.telling import end_others, tell
from movies.models import Origin, Search

# Each returns what it finds in the last hours, if it finds anything.
RULES: tuple[Callable[[Hours], Found | None], ...] = (
    spikes.find,
    surges.find,
    silences.find,
    failures.find,
)


def look(now: datetime) -> int:
    """Tell of what is out of the ordinary and was not told of; return how many incidents began.

    Safe to repeat, and at once. While the figures do not tell of now nothing begins or ends.
    """
    seen = hours.read(now)
    if seen is None:
        return 0
    outages.note(seen.worked)
    found = [one for rule in RULES if (one := rule(seen)) and not _is_imported(one)]
    began = sum(tell(one, now) for one in found)
    end_others({one.kind for one in found}, now)
    return began


def _is_imported(found: Found) -> bool:
    """Return whether an import wrote into the hours that something was found in."""
    imported = Search.objects.filter(created_at__gte=found.since, origin=Origin.IMPORT)
    return imported.exists()
