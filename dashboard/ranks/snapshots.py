"""Which term tables somebody looks at: to ask for them is to have them worked out."""

from datetime import datetime, timedelta

from dashboard.models import Snapshot
from dashboard.periods import View
from dashboard.ranks.refreshing import is_old, row_of
from dashboard.tasks import refresh_snapshot
from movies import queueing

# Pages that ask again within it write nothing.
A_WHILE = timedelta(minutes=1)


def wanted(view: View, now: datetime) -> Snapshot:
    """Return the snapshot of a view, and remember that somebody wants it to be fresh.

    Its `figures_to` is None while it was never worked out. Costs one SELECT, once a minute also
    an UPDATE.
    """
    snapshot, is_new = row_of(view, now)
    if not is_new and (snapshot.wanted_at > now - A_WHILE or not _want(snapshot, now)):
        return snapshot
    if is_old(snapshot, now):
        queueing.enqueue_on_commit(refresh_snapshot, snapshot.pk)
    return snapshot


def _want(snapshot: Snapshot, now: datetime) -> int:
    """Return 1, but 0 if another page was quicker to want it."""
    asleep = Snapshot.objects.filter(pk=snapshot.pk, wanted_at__lte=now - A_WHILE)
    return asleep.update(wanted_at=now)
