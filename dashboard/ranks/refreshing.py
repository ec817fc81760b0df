"""Keep the snapshots fresh: which there are, which are due, and the longest overdue first."""

import time
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from dashboard import periods
from dashboard.days import end_of, site_date
from dashboard.models import RollUp, Snapshot
from dashboard.periods import View
from dashboard.ranks.leases import LONGEST, claim
from dashboard.ranks.making import work_out

# Kept warm although nobody asks; those of tomorrow from shortly before it begins, so that the
# first page of a day does not wait.
PRESETS = (*periods.PRESETS, "month")
EARLY = timedelta(minutes=15)
# Others, while somebody does.
WANTED_FOR = timedelta(minutes=10)
YOUNG = timedelta(seconds=15)
# Times that it took: a snapshot costs at most one part in as many of a core. All of them together
# cost at most what the ticks do, for one is worked out at a time, and a tick begins none after
# its `until`.
REST = 20
# Days that are over change no more, but for a search that ended late, and a rebuild.
SETTLED_FOR = timedelta(hours=1)
# Snapshots that are kept.
MOST = 200


def key_of(view: View) -> str:
    """Return what equal periods have in common, by whatever name they were asked for."""
    return f"{view.first}/{view.last}/{view.before or ''}/{'everyone' if view.everyone else ''}"


def default_views(now: datetime) -> list[View]:
    """Return the views of the presets today, and shortly before midnight also tomorrow."""
    days = sorted({site_date(now), site_date(now + EARLY)})
    return [periods.view_of({"period": preset}, day) for day in days for preset in PRESETS]


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
    pause = max(YOUNG, REST * timedelta(milliseconds=snapshot.took_ms))
    # One that lasts longer than any was written by a clock that was set back since.
    if snapshot.lease_until and snapshot.lease_until <= now + LONGEST:
        # Under way; or it killed its worker, and will again: others have the time in between.
        return now - snapshot.lease_until - pause
    if snapshot.figures_to is None or snapshot.outdated_at:
        return timedelta.max
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
    _write_missing(views, now)
    # Here and not where a page writes one: a page has other things to ask.
    prune(now)
    refreshed = 0
    # Looked up each time: what a page has begun to wait for meanwhile goes before the others.
    while due := _due(views, figures_to, now):
        if refreshed and until is not None and time.monotonic() >= until:
            break
        lease = claim(due[0])
        if lease is None or not work_out(due[0], lease, figures_to):
            break
        refreshed += 1
    return refreshed


def _write_missing(views: Mapping[str, View], now: datetime) -> None:
    there = set(Snapshot.objects.filter(key__in=views).values_list("key", flat=True))
    for key in views.keys() - there:
        row_of(views[key], now)


def _due(keys: Collection[str], figures_to: datetime, now: datetime) -> list[Snapshot]:
    wanted = Q(key__in=keys) | Q(wanted_at__gt=now - WANTED_FOR)
    return _in_turn(Snapshot.objects.filter(wanted).defer("heads", "completeness"), figures_to, now)


def _in_turn(rows: Iterable[Snapshot], figures_to: datetime, now: datetime) -> list[Snapshot]:
    due = [
        row
        for row in rows
        if (row.figures_to != figures_to or row.outdated_at) and is_old(row, now)
    ]
    # One whose lease ran out killed its worker, and must not keep the others waiting.
    return sorted(due, key=lambda row: (row.lease_until is None, _overdue(row, now)), reverse=True)


def refresh(snapshot_id: int, now: datetime) -> str:
    """Refresh one snapshot; return what became of it. Safe to repeat: only a due one is.

    While another one is worked out this one is left to the next tick: to wait here would take the
    worker from others.
    """
    snapshot = Snapshot.objects.defer("heads", "completeness").filter(pk=snapshot_id).first()
    figures_to = figures()
    if snapshot is None or figures_to is None or not _in_turn([snapshot], figures_to, now):
        return "not due"
    lease = claim(snapshot)
    if lease is None:
        return "waits"
    return "refreshed" if work_out(snapshot, lease, figures_to) else "not mine"


def figures() -> datetime | None:
    """Return the moment that the read models are of; None if nothing was ever folded."""
    return RollUp.objects.values_list("figures_to", flat=True).first()
