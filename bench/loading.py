"""Many rows at once, faster than the ORM writes them: one COPY or one executemany a chunk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction

type Column = Sequence[Any] | str | int

_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
    "AND tbl_name IN ({})",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({}) AND NOT "
    "EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
}


def load(table: str, columns: Mapping[str, Column]) -> int:
    """Write rows, a list a column, or one value for all rows; return how many they were."""
    rows = max(len(column) for column in columns.values() if not isinstance(column, str | int))
    if not rows:
        return 0
    names = ", ".join(f'"{name}"' for name in columns)
    values = [
        [column] * rows if isinstance(column, str | int) else column for column in columns.values()
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["?"] * len(columns))
            # Django's own cursor rewrites the statement for each call.
            connection.connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", zip(*values, strict=True)
            )
        else:
            texts = [list(map(str, column)) for column in values]
            lines = "\n".join(map("\t".join, zip(*texts, strict=True)))
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write(lines + "\n")
    return rows


def text(moment: datetime) -> str:
    """Return a moment as both databases read and Django writes it."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))


@contextmanager
def quickly(tables: Iterable[type[models.Model]]) -> Iterator[None]:
    """Load without indexes, foreign keys and safety; afterwards all of it is back, and analysed."""
    names = [model._meta.db_table for model in tables]
    listed = ", ".join(f"'{name}'" for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Outside a transaction, or it does nothing.
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -500000")
        else:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(_INDEXES[connection.vendor].format(listed))
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _, definition in indexes:
            cursor.execute(definition)
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            # Sequences know nothing of keys that were written by hand.
            for name in names:
                cursor.execute(
                    f"SELECT pg_get_serial_sequence('{name}', a.attname) FROM "
                    f"pg_attribute a WHERE a.attrelid = '{name}'::regclass AND a.attname = 'id'"
                )
                for (sequence,) in cursor.fetchall():
                    cursor.execute(
                        f"SELECT setval('{sequence}', (SELECT COALESCE(MAX(id), 1) FROM {name}))"
                    )
            cursor.execute("VACUUM ANALYZE")
    # The next statement gets a connection with the product's settings.
    connection.close()
