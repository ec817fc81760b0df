"""Rows written without the ORM, which takes several times as long as the database does."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

type Row = Sequence[Any]


def defaults_of(model: type[models.Model], *, but: Iterable[str]) -> dict[str, Any]:
    """Return the columns of a model with their defaults, but for some and the key."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not field.primary_key and field.attname not in but
    }


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows, whose values are such as the database's driver takes."""
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608 - names of columns, not of people


def insert_missing(
    model: type[models.Model], unique: str, columns: Sequence[str], rows: Sequence[Row]
) -> dict[Any, int]:
    """Write the rows whose `unique` column is not there yet; return the keys of these, by it."""
    row = f"({', '.join(['%s'] * len(columns))})"
    sql = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608 - names of columns, not of people
        f"VALUES {', '.join([row] * len(rows))} "
        f"ON CONFLICT ({unique}) DO NOTHING RETURNING {unique}, id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in rows for value in row])
        return dict(cursor.fetchall())
