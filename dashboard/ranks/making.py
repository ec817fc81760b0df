"""Work out the tables of one snapshot and write them.

They are worked out without any lock and then written in one short transaction, so a reader always
finds the old tables or the new ones. A process that dies in the middle leaves the old.
"""

import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, When

from dashboard.completeness import kept
from dashboard.models import Board, Snapshot, Worklist
from dashboard.ranks import bases
from dashboard.ranks.bases import whole_to
from dashboard.ranks.boards import FIRST_SEARCH, HEAD, HEADS, Ranked, Table
from dashboard.worklist import lacking
from dashboard.worklist.lacking import Lack

# What a snapshot keeps beside its tables.
SUMS = ("searches", "searches_before", "terms", "whole_terms", "whole_terms_before")


def work_out(snapshot: Snapshot, lease: datetime, figures_to: datetime) -> bool:
    """Return whether the snapshot was written; somebody may have taken the lease meanwhile.

    `figures_to` was read before: the rows are at least of then.
    """
    # Here, not above: numpy and scipy stay out of the processes that answer pages.
    from dashboard.ranks import ranking, volumes

    began = time.monotonic()
    ranked = ranking.rank(snapshot, figures_to)
    facts: dict[str, Any] = {name: getattr(ranked, name) for name in SUMS}
    facts |= volumes.volume_change(snapshot, whole_to=whole_to(figures_to))
    facts["completeness"] = kept.work_out(
        snapshot.first, snapshot.last, figures_to, everyone=snapshot.everyone
    )
    boards = ranked.tables
    lacks = lacking.of_terms({row[0]: row[1] for row in boards["top"].rows})
    facts["heads"] = _heads(boards, lacks, bases.first_search(everyone=snapshot.everyone))
    # What staff changed meanwhile is not in it.
    facts["outdated_at"] = Case(
        When(outdated_at=snapshot.outdated_at, then=None), default=F("outdated_at")
    )
    facts["took_ms"] = round((time.monotonic() - began) * 1000)
    with transaction.atomic():
        mine = Snapshot.objects.filter(pk=snapshot.pk, lease_until=lease)
        if not mine.update(figures_to=figures_to, lease_until=None, **facts):
            return False
        _write(snapshot, boards, lacks)
    return True


def _heads(boards: Mapping[Table, Ranked], lacks: list[Lack], first: date | None) -> dict[str, Any]:
    """Return what the first page shows, which reads nothing else of a snapshot."""
    tables = {
        table: Ranked(boards[table].rows[:HEAD], boards[table].terms, boards[table].whole)
        for table in HEADS
    }
    began = first.isoformat() if first else None
    return tables | {"worklist": lacks[: lacking.HEAD], FIRST_SEARCH: began}


def _write(snapshot: Snapshot, boards: Mapping[Table, Ranked], lacks: list[Lack]) -> None:
    Board.objects.bulk_create(
        [
            Board(snapshot=snapshot, table=table, **board._asdict())
            for table, board in boards.items()
        ],
        update_conflicts=True,
        unique_fields=("snapshot", "table"),
        update_fields=("rows", "terms", "whole"),
    )
    Worklist.objects.update_or_create(snapshot=snapshot, defaults={"rows": lacks})
