"""Find the events that were never written down, and write them down.

A receiver runs after the commit of what it hears of: a crash in between, `bulk_create` and
`loaddata` leave a term, a film or a re-fill of which nobody was told. Imported terms are not
announced.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched

from django.utils import timezone

from movies.models import Movie, Origin, Refill, SearchTerm
from notifications import announcing, composing, health
from notifications.composing import Event
from notifications.models import Heartbeat, Notification
from notifications.models import Origin as WrittenBy

# A receiver that is at it has had its chance by then.
PATIENCE = timedelta(minutes=1)
# An event is looked for again until it was so old when the reconciler last ran.
LOOKED_BACK = timedelta(days=2)
CHUNK = 1000


def reconcile() -> int:
    """Write down what is missing since this site first reconciled; return how many events."""
    now = timezone.now()
    last = health.last_beat(health.RECONCILER) or now
    since = max(_epoch(now), min(now, last) - LOOKED_BACK)
    until = now - PATIENCE
    terms = SearchTerm.objects.filter(created_at__gt=since, created_at__lt=until)
    films = Movie.objects.filter(filled_at__gt=since, filled_at__lt=until)
    refills = Refill.objects.filter(finished_at__gt=since, finished_at__lt=until)
    written = _write_missing(
        (announcing.new_term(term), term.created_at)
        for term in terms.exclude(origin=Origin.IMPORT).order_by("created_at").iterator(CHUNK)
    ) + _write_missing(
        (announcing.filled(movie), movie.filled_at)
        for movie in films.order_by("filled_at").iterator(CHUNK)
        if movie.filled_at
    )
    written += _write_missing(
        (announcing.finished(refill), refill.finished_at)
        for refill in refills.order_by("finished_at").iterator(CHUNK)
        if refill.finished_at
    )
    health.beat(health.RECONCILER, written=written, epoch=_epoch(now).isoformat())
    return written


def _epoch(now: datetime) -> datetime:
    """Return from when on events are expected to be written down."""
    info = Heartbeat.objects.filter(name=health.RECONCILER).values_list("info", flat=True).first()
    return datetime.fromisoformat(info["epoch"]) if info else now - timedelta(hours=1)


def _write_missing(events: Iterable[tuple[Event, datetime]]) -> int:
    """Write down those that are not; they are as old as they are, and may have expired."""
    written = 0
    for chunk in batched(events, CHUNK):
        keys = [event.dedup_key for event, _ in chunk]
        there = Notification.objects.filter(dedup_key__in=keys)
        known = set(there.values_list("dedup_key", flat=True))
        for event, moment in chunk:
            if event.dedup_key not in known:
                composing.insert(
                    composing.compose(event, origin=WrittenBy.RECONCILER, created_at=moment)
                )
                written += 1
    return written
