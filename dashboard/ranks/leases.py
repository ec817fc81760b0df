"""Whose turn it is to work out a snapshot: one at a time, for so long and no longer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from dashboard.models import Snapshot
from dashboard.rollup.folding import lock_roll_up

# Who has not finished by then has died, or is too slow: then the next one has twice as long.
SHORTEST = timedelta(minutes=2)
LONGEST = timedelta(minutes=32)
# Times that it took the last time.
PATIENCE = 10


@transaction.atomic
def claim(snapshot: Snapshot) -> datetime | None:
    """Take the lease, which begins now; return until when it lasts.

    None while anybody works on any snapshot, for two of them would take all workers of a queue,
    and if somebody has worked this one out since it was read.
    """
    # Two that look at the same moment would both see no lease.
    lock_roll_up()
    now = timezone.now()
    # One that lasts longer than any was written by a clock that was set back since.
    if Snapshot.objects.filter(lease_until__gt=now, lease_until__lte=now + LONGEST).exists():
        return None
    took_ms = snapshot.took_ms
    if snapshot.lease_until is not None:
        # Remembered here, for who is killed cannot write how long it took.
        longer = min(2 * _length(took_ms), LONGEST)
        took_ms = longer // PATIENCE // timedelta(milliseconds=1)
    lease = now + _length(took_ms)
    same = Snapshot.objects.filter(
        pk=snapshot.pk, figures_to=snapshot.figures_to, lease_until=snapshot.lease_until
    )
    return lease if same.update(lease_until=lease, took_ms=took_ms) else None


def _length(took_ms: int) -> timedelta:
    return min(max(SHORTEST, PATIENCE * timedelta(milliseconds=took_ms)), LONGEST)
