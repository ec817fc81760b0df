"""Add counts to the rows of a read model, in as few statements as may be."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import batched
from typing import Any

from django.db import connection, models

# SQLite takes 32,766 parameters in one statement.
ROWS_A_STATEMENT = 500

type Key = tuple[Any, ...]
type Sums = defaultdict[Key, defaultdict[str, int]]


def no_sums() -> Sums:
    """Return sums of nothing; a Counter for each row would take three times as long to fill."""
    return defaultdict(lambda: defaultdict(int))


def add_to(model: type[models.Model], sums: Sums) -> None:
    """Add `sums`, by the primary key, to the rows of a read model; write those missing."""
    # In one order for everybody.
    for keys in batched(sorted(sums), ROWS_A_STATEMENT):
        _upsert(model, keys, sums, returning=())


def add_to_days(model: type[models.Model], sums: Sums) -> Counter[Key]:
    """Add `sums`, by day and whom they are of; return how many each day has that it had not.

    The keys of the answer are a day and whether it is about those left out, of whom only those
    count that are not in the figures as well. So a count can be below zero: of a term that
    staff searched first and then a visitor.
    """
    found: Counter[Key] = Counter()
    for keys in batched(sorted(sums), ROWS_A_STATEMENT):
        days = {str(day): day for day, _ in keys}
        for text, who, searches, left_out in _upsert(
            model, keys, sums, returning=("searches", "left_out_searches")
        ):
            day = days[str(text)]
            added = sums[day, who]
            # Who was in the figures before changes nothing, and these are most.
            if searches > added["searches"]:
                continue
            others = left_out - added["left_out_searches"]
            found[day, False] += bool(searches)
            found[day, True] += bool(left_out and not searches) - bool(others)
    return Counter({key: count for key, count in found.items() if count})


def _upsert(
    model: type[models.Model], keys: Sequence[Key], sums: Sums, *, returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Write one statement; Django's bulk_create would overwrite the counts, not add to them."""
    of_key = model._meta.pk_fields
    # Most rows have no more than a few of the measures, and many batches nothing left out.
    measures = sorted(set().union(*(sums[key] for key in keys)))
    names = [str(field.column) for field in of_key] + measures
    table = model._meta.db_table
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in measures)
    row = f"({', '.join(['%s'] * len(names))})"
    sql = (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * len(keys))} "  # noqa: S608 - names of columns, not of people
        f"ON CONFLICT ({', '.join(names[: len(of_key)])}) DO UPDATE SET {added}"
    )
    # Of the two parts of a key only days and hours are stored otherwise, and they are few.
    moments = {
        moment: of_key[0].get_db_prep_value(moment, connection)
        for moment in {key[0] for key in keys}
    }
    values: list[Any] = []
    for key in keys:
        counts = sums[key]
        values += [moments[key[0]], key[1]]
        values += [counts.get(measure, 0) for measure in measures]
    with connection.cursor() as cursor:
        if not returning:
            cursor.execute(sql, values)
            return []
        columns = ", ".join([*names[: len(of_key)], *returning])
        cursor.execute(f"{sql} RETURNING {columns}", values)
        return list(cursor.fetchall())
