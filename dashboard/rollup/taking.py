"""Take counts out of the read models again, as if their searches had not been made."""

from collections import Counter
from itertools import batched
from typing import Any

from django.db import models

from dashboard.days import site_date
from dashboard.models import ActorDay, DayTotals, HourTotals, TermDay
from dashboard.rollup.adding import Key, Sums, no_sums

ROWS_A_STATEMENT = 100


def take_away(sums: tuple[Sums, Sums, Sums]) -> None:
    """Take sums out of every read model, in the transaction that the caller holds."""
    by_hour, by_term, by_actor = sums
    by_day = no_sums()
    for (hour, left_out), counts in by_hour.items():
        of_day = by_day[site_date(hour), left_out]
        for name, count in counts.items():
            of_day[name] += count
    for key, count in _take_from_days(TermDay, by_term).items():
        by_day[key]["terms"] += count
    for key, count in _take_from_days(ActorDay, by_actor).items():
        by_day[key]["searchers"] += count
    _take_from(HourTotals, by_hour)
    _take_from(DayTotals, by_day)


def _take_from_days(model: type[models.Model], sums: Sums) -> Counter[Key]:
    """Take `sums` away, by day and whom they are of; return how many each day loses of these.

    The keys of the answer are as those of adding.add_to_days. A count can be below zero: of a
    term that is left with what staff searched.
    """
    lost: Counter[Key] = Counter()
    for row, counts in _take_from(model, sums):
        before = row.searches + counts["searches"]
        others_before = row.left_out_searches + counts["left_out_searches"]
        lost[row.day, False] += bool(before) - bool(row.searches)
        lost[row.day, True] += bool(others_before and not before)
        lost[row.day, True] -= bool(row.left_out_searches and not row.searches)
    return lost


def _take_from(model: type[models.Model], sums: Sums) -> list[tuple[Any, dict[str, int]]]:
    """Return the rows as they are then, with what was taken from each."""
    key = [field.name for field in model._meta.pk_fields]
    found: list[tuple[Any, dict[str, int]]] = []
    for keys in batched(sorted(sums), ROWS_A_STATEMENT):
        for row in model._default_manager.filter(pk__in=keys):
            taken = sums[row.pk]
            for name, count in taken.items():
                # Figures of another time zone may be too low, until they have been rebuilt.
                setattr(row, name, max(0, getattr(row, name) - count))
            found.append((row, taken))
    rows = [row for row, _ in found]
    names = sorted(set().union(*(taken for _, taken in found)))
    if names:
        model._default_manager.bulk_create(
            rows,
            batch_size=ROWS_A_STATEMENT,
            update_conflicts=True,
            unique_fields=key,
            update_fields=names,
        )
    return found
