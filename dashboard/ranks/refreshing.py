"""Keep the snapshots fresh: which are due, whose turn it is, and one at a time.

A snapshot is worked out without any lock and then written in one short transaction, so a reader
always finds the old tables or the new ones. A process that dies in the middle leaves the old.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from dashboard import periods
from dashboard.days import ONE_DAY, end_of, site_date
from dashboard.models import Board, RollUp, Snapshot
from dashboard.periods import View
from dashboard.ranks.boards import HEAD, Ranked
from dashboard.rollup.folding import lock_roll_up

# Kept warm although nobody asks.
PRESETS = (*periods.PRESETS, "month")
# Others, while somebody does.
WANTED_FOR = timedelta(minutes=10)
YOUNG = timedelta(seconds=15)
# Refreshing takes at most one part in as many of a core.
REST = 20
# Days that are over change no more, but for a search that ended late, and a rebuild.
SETTLED_FOR = timedelta(hours=1)
# Who has not finished by then has died.
LEASE = timedelta(minutes=2)
LEASE_REST = 10
# Snapshots that are kept.
MOST = 200
# What a snapshot keeps beside its tables.
SUMS = ("searches", "searches_before", "terms", "whole_terms", "whole_terms_before")


def key_of(view: View) -> str:
    """Return what equal periods have in common, by whatever name they were asked for."""
    return f"{view.first}/{view.last}/{view.before or ''}/{'everyone' if view.everyone else ''}"


def default_views(now: datetime) -> list[View]:
    return [periods.view_of({"period": preset}, site_date(now)) for preset in PRESETS]


def row_of(view: View, now: datetime) -> tuple[Snapshot, bool]:
    """Return the snapshot of a view, and whether it had to be written, with nothing in it."""
    facts: dict[str, Any] = {
        "first": view.first,
        "last": view.last,
        "before": view.before,
        "everyone": view.everyone,
        "wanted_at": now,
    }
    return Snapshot.objects.get_or_create(key=key_of(view), defaults=facts)


@transaction.atomic
def prune(now: datetime) -> None:
    """Remove the snapshots that nobody wanted for the longest; today's default ones stay."""
    defaults = {key_of(view) for view in default_views(now)}
    others = Snapshot.objects.exclude(key__in=defaults).order_by("-wanted_at", "-pk")
    pks = list(others.values_list("pk", flat=True)[MOST - len(defaults) :])
    # One that is being written just now stays until the next time.
    doomed = Snapshot.objects.filter(pk__in=pks).select_for_update(skip_locked=True)
    Snapshot.objects.filter(pk__in=[row.pk for row in doomed.only("pk")]).delete()


def is_old(snapshot: Snapshot, now: datetime) -> bool:
    """Return whether a snapshot may be worked out again, if there are other figures."""
    return _overdue(snapshot, now) >= timedelta(0)


def _overdue(snapshot: Snapshot, now: datetime) -> timedelta:
    if snapshot.figures_to is None:
        return timedelta.max
    pause = max(YOUNG, REST * timedelta(milliseconds=snapshot.took_ms))
    if snapshot.figures_to >= end_of(snapshot.last):
        pause = max(pause, SETTLED_FOR)
    # A clock that was set back makes figures of the future, which are no younger.
    return abs(now - snapshot.figures_to) - pause


def refresh_due(now: datetime, *, until: float | None = None) -> int:
    """Refresh what is due, the longest overdue first; return how many that were.

    Does nothing while another process refreshes. After `until`, a moment of the monotonic clock,
    it begins no more, but each call has time for one.
    """
    figures_to = figures()
    if figures_to is None:
        return 0
    views = {key_of(view): view for view in default_views(now)}
    wanted = Q(key__in=views) | Q(wanted_at__gt=now - WANTED_FOR)
    rows = {row.key: row for row in Snapshot.objects.filter(wanted).defer("heads")}
    missing = views.keys() - rows.keys()
    for key in missing:
        rows[key], _ = row_of(views[key], now)
    if missing:
        prune(now)
    refreshed = 0
    for snapshot in _in_turn(rows.values(), figures_to, now):
        if refreshed and until is not None and time.monotonic() >= until:
            break
        lease = _claim(snapshot, now, alone=True)
        if lease is None:
            break
        refreshed += _work_out(snapshot, lease, figures_to)
    return refreshed


def _in_turn(rows: Iterable[Snapshot], figures_to: datetime, now: datetime) -> list[Snapshot]:
    due = [row for row in rows if row.figures_to != figures_to and is_old(row, now)]
    # One whose lease ran out killed its worker, and must not keep the others waiting for ever.
    return sorted(due, key=lambda row: (row.lease_until is None, _overdue(row, now)), reverse=True)


def refresh(snapshot_id: int, now: datetime) -> str:
    """Refresh one snapshot; return what became of it. Safe to repeat: only a due one is."""
    snapshot = Snapshot.objects.defer("heads").filter(pk=snapshot_id).first()
    figures_to = figures()
    if snapshot is None or figures_to is None or not _in_turn([snapshot], figures_to, now):
        return "not due"
    lease = _claim(snapshot, now, alone=False)
    if lease and _work_out(snapshot, lease, figures_to):
        return "refreshed"
    return "not mine"


def figures() -> datetime | None:
    """Return the moment that the read models are of; None if nothing was ever folded."""
    return RollUp.objects.values_list("figures_to", flat=True).first()


@transaction.atomic
def _claim(snapshot: Snapshot, now: datetime, *, alone: bool) -> datetime | None:
    """Take the lease; return until when, or None if somebody has it, or any one if `alone`."""
    if alone:
        # Two that look at the same moment would both see no lease.
        lock_roll_up()
        if Snapshot.objects.filter(lease_until__gt=now).exists():
            return None
    lease = now + max(LEASE, LEASE_REST * timedelta(milliseconds=snapshot.took_ms))
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    claimed = Snapshot.objects.filter(free, pk=snapshot.pk).update(lease_until=lease)
    return lease if claimed else None


def _work_out(snapshot: Snapshot, lease: datetime, figures_to: datetime) -> bool:
    """Return whether the snapshot was written; somebody may have taken the lease meanwhile.

    `figures_to` was read before: the rows are at least of then.
    """
    # Here, not above: numpy and scipy stay out of the processes that answer pages.
    from dashboard.ranks import ranking, volumes

    began = time.monotonic()
    whole_to = site_date(figures_to) - ONE_DAY
    ranked = ranking.rank(snapshot, whole_to=whole_to)
    facts: dict[str, Any] = {name: getattr(ranked, name) for name in SUMS}
    facts |= volumes.volume_change(snapshot, whole_to=whole_to)
    facts["heads"] = {
        table: Ranked(board.rows[:HEAD], board.terms, board.whole)
        for table, board in ranked.tables.items()
    }
    facts["took_ms"] = round((time.monotonic() - began) * 1000)
    with transaction.atomic():
        mine = Snapshot.objects.filter(pk=snapshot.pk, lease_until=lease)
        if not mine.update(figures_to=figures_to, lease_until=None, **facts):
            return False
        Board.objects.bulk_create(
            [
                Board(snapshot=snapshot, table=table, **board._asdict())
                for table, board in ranked.tables.items()
            ],
            update_conflicts=True,
            unique_fields=("snapshot", "table"),
            update_fields=("rows", "terms", "whole"),
        )
    return True
