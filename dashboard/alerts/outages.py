"""Hours in which no worker ran: written down when one runs again."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from dashboard.days import ONE_HOUR
from dashboard.models import Incident
from movies.formats import duration


def note(worked: Iterable[datetime]) -> None:
    """Write down each gap between hours with work, once; what ran all the time costs nothing."""
    found = [
        Incident(
            kind=Incident.Kind.OUTAGE,
            began_at=began,
            seen_at=ended,
            ended_at=ended,
            words=f"No worker ran for {duration((ended - began).total_seconds())}",
        )
        for began, ended in gaps(worked)
    ]
    if found:
        Incident.objects.bulk_create(found, ignore_conflicts=True)


def gaps(worked: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Return from when to when there was an hour or more without any of these."""
    for before, after in pairwise(sorted(worked)):
        if after - before > ONE_HOUR:
            yield before + ONE_HOUR, after
