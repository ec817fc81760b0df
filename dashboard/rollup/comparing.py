"""Find the rows of a read model that are not what the searches of a day add up to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from dashboard.rollup.tables import Row, Table, Units


def differing(table: Table, day: date, units: Units = None) -> list[Row]:
    """Return the rows of a covered day that differ, in order; all zeros are no row at all.

    Both sides are read by one statement: a fold changes both in one transaction, so what is
    seen here is true without holding it up.
    """
    sql, params = _statement(table, day, units)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return [_row(table, row) for row in rows]


def _statement(table: Table, day: date, units: Units) -> tuple[str, list[Any]]:
    keys = [f"k{number}" for number in range(len(table.keys))]
    measures = [f"m{number}" for number in range(len(table.measures))]
    selects: list[str] = []
    params: list[Any] = []
    sides = [(1, table.stored(day, units)), *((0, rows) for rows in table.counted(day, units))]
    for is_stored, rows in sides:
        part, of_part = rows.query.sql_with_params()
        selects.append(f"SELECT part.*, {is_stored} FROM ({part}) AS part")  # noqa: S608 - its values are in params
        params += of_part
    stored = [f"SUM(CASE is_stored WHEN 1 THEN {name} ELSE 0 END)" for name in measures]
    counted = [f"SUM(CASE is_stored WHEN 0 THEN {name} ELSE 0 END)" for name in measures]
    differ = [f"{one} <> {other}" for one, other in zip(stored, counted, strict=True)]
    sql = (
        f"WITH sides ({', '.join([*keys, *measures, 'is_stored'])}) "  # noqa: S608 - names made above
        f"AS ({' UNION ALL '.join(selects)}) "
        f"SELECT {', '.join([*keys, *stored, *counted])} FROM sides "
        f"GROUP BY {', '.join(keys)} HAVING {' OR '.join(differ)} ORDER BY {', '.join(keys)}"
    )
    return sql, params


def _row(table: Table, values: Sequence[Any]) -> Row:
    width = len(table.keys)
    counts = tuple(int(count) for count in values[width:])
    key = zip(table.keys, values[:width], strict=True)
    return Row(
        key=tuple(_from_database(table, name, value) for name, value in key),
        stored=counts[: len(table.measures)],
        counted=counts[len(table.measures) :],
    )


def _from_database(table: Table, name: str, value: Any) -> Any:
    field: Any = table.model._meta.get_field(name)
    found = field.to_python(value)
    # SQLite has no type for moments; what it holds is in UTC.
    if isinstance(found, datetime) and found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    return found
