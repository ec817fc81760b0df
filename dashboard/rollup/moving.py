"""Let counts change sides in the read models: those of the figures become left out, or back."""

from collections import Counter
from collections.abc import Sequence
from itertools import batched
from typing import Any

from django.db import connection, models

from dashboard.days import site_date
from dashboard.models import ActorDay, DayTotals, HourTotals, TermDay
from dashboard.rollup.adding import ROWS_A_STATEMENT, Key, Sums, add_to, no_sums

LEFT_OUT = "left_out_"


def move(sums: tuple[Sums, Sums, Sums]) -> None:
    """Move sums to the other side of every read model, in the transaction that the caller holds."""
    by_hour, by_term, by_actor = sums
    hours, days = no_sums(), no_sums()
    for (hour, left_out), counts in by_hour.items():
        for name, count in counts.items():
            hours[hour, left_out][name] -= count
            hours[hour, not left_out][name] += count
            days[site_date(hour), left_out][name] -= count
            days[site_date(hour), not left_out][name] += count
    for model, name, by_whom in ((TermDay, "terms", by_term), (ActorDay, "searchers", by_actor)):
        for key, count in _move_within_days(model, by_whom).items():
            days[key][name] += count
    for totals, changes in ((HourTotals, hours), (DayTotals, days)):
        # A side that had nothing so far has no row.
        nothing = no_sums()
        for key in changes:
            nothing[key]["searches"] = 0
        add_to(totals, nothing)
        change(totals, changes)


def _move_within_days(model: type[models.Model], sums: Sums) -> Counter[Key]:
    """Move sums, by day and whom they are of; return how many each day has more on each side.

    The keys of the answer are as those of adding.add_to_days, and so is what they mean.
    """
    changes = no_sums()
    for key, counts in sums.items():
        for name, count in counts.items():
            changes[key][name] -= count
            changes[key][_other(name)] += count
    more: Counter[Key] = Counter()
    days = {str(day): day for day, _ in changes}
    for text, who, searches, left_out in change(model, changes):
        day = days[str(text)]
        by_them = changes[day, who]
        before = searches - by_them["searches"]
        others = left_out - by_them["left_out_searches"]
        more[day, False] += bool(searches) - bool(before)
        more[day, True] += bool(left_out and not searches) - bool(others and not before)
    return more


def _other(name: str) -> str:
    return name.removeprefix(LEFT_OUT) if name.startswith(LEFT_OUT) else f"{LEFT_OUT}{name}"


def _key_of(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.pk_fields]


def change(model: type[models.Model], changes: Sums) -> list[tuple[Any, ...]]:
    """Add what may be below zero to the rows there are; return their keys and searches then."""
    found: list[tuple[Any, ...]] = []
    # In one order for everybody.
    for keys in batched(sorted(changes), ROWS_A_STATEMENT):
        found += _update(model, keys, changes)
    return found


def _update(model: type[models.Model], keys: Sequence[Key], changes: Sums) -> list[tuple[Any, ...]]:
    table, key = model._meta.db_table, _key_of(model)
    measures = sorted(set().union(*(changes[one] for one in keys)))
    # Figures of another time zone may be too low, until they have been rebuilt.
    sums = {name: f"{table}.{name} + changes.{name}" for name in measures}
    sets = ", ".join(f"{name} = CASE WHEN {s} > 0 THEN {s} ELSE 0 END" for name, s in sums.items())
    row = f"({', '.join(['%s'] * (len(key) + len(measures)))})"
    second = "left_out_searches" if "left_out" not in key else "left_out"
    sql = (
        f"WITH changes ({', '.join(key + measures)}) AS (VALUES {', '.join([row] * len(keys))}) "  # noqa: S608 - names of columns, not of people
        f"UPDATE {table} SET {sets} FROM changes "
        f"WHERE {' AND '.join(f'{table}.{name} = changes.{name}' for name in key)} "
        f"RETURNING {', '.join(f'{table}.{name}' for name in [*key, 'searches', second])}"
    )
    # Of the two parts of a key only days and hours are stored otherwise, and they are few.
    first = model._meta.pk_fields[0]
    moments = {at: first.get_db_prep_value(at, connection) for at in {one[0] for one in keys}}
    values: list[Any] = []
    for one in keys:
        values += [moments[one[0]], one[1]]
        values += [changes[one].get(name, 0) for name in measures]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
