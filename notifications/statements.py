"""The updates that every mail makes: built once, and made in one go.

By the ORM, to build one takes longer than a database takes to run it; and PostgreSQL is waited
for with each of them, and with the beginning and the end of their transaction.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any, cast
from weakref import WeakKeyDictionary

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

# Under which name each session of PostgreSQL knows a statement.
_sessions: "WeakKeyDictionary[Any, dict[str, str]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Update:
    """What becomes of the rows of a model whose columns are as `where` says.

    A timedelta is so long from now, by the database's clock where hosts share one.
    """

    model: type[models.Model]
    where: dict[str, Any]
    changes: dict[str, Any]

    def sql(self, vendor: str) -> str:
        changes, where = (
            tuple((name, _source(value, vendor)) for name, value in part.items())
            for part in (self.changes, self.where)
        )
        return _built(self.model, changes, where)

    def values(self, database: BaseDatabaseWrapper) -> list[Any]:
        """Return what the statement is executed with."""
        return [
            self._prepared(name, value, database)
            for part in (self.changes, self.where)
            for name, value in part.items()
            if not _is_constant(value)
        ]

    def _prepared(self, name: str, value: Any, database: BaseDatabaseWrapper) -> Any:
        if isinstance(value, timedelta):
            if database.vendor == "postgresql":
                return value
            value = timezone.now() + value
        return _field(self.model, name).get_db_prep_save(value, database)


def _is_constant(value: Any) -> bool:
    return value is None or isinstance(value, bool | models.TextChoices)


def _source(value: Any, vendor: str) -> str:
    """Return what stands for a value in a statement: itself, where there are only a few."""
    if isinstance(value, models.TextChoices):
        return f"'{value.value}'"
    if _is_constant(value):
        return "NULL" if value is None else str(value).upper()
    if isinstance(value, timedelta) and vendor == "postgresql":
        return "STATEMENT_TIMESTAMP() + %s"
    return "%s"


def execute(updates: Sequence[Update], using: str, *, synced: bool = True) -> list[int]:
    """Make all of them in one commit; return how many rows each has changed.

    Unless it is `synced`, the database does not wait for its disk: the commit outlives this
    process at once, but a power cut only with the next one that is.
    """
    # Itself, not the proxy in front of it.
    database = connections[using]
    statements = [update.sql(database.vendor) for update in updates]
    values = [update.values(database) for update in updates]
    if database.vendor == "postgresql":
        # What is sent together is one transaction, if none is open already.
        together = [] if synced else ["SET LOCAL synchronous_commit TO off"]
        together += [_planned(database, statement) for statement in statements]
        with database.cursor() as cursor:
            cursor.execute("; ".join(together), [value for each in values for value in each])
            changed = [cursor.rowcount]
            while cursor.nextset():
                changed.append(cursor.rowcount)
        return changed[-len(updates) :]
    with (
        _on_disk(database, synced=synced),
        transaction.atomic(using, savepoint=False),
        database.cursor() as cursor,
    ):
        return [cursor.execute(*each).rowcount for each in zip(statements, values, strict=True)]


@contextmanager
def _on_disk(database: BaseDatabaseWrapper, *, synced: bool) -> Iterator[None]:
    """Have SQLite wait for its disk, as it does for nothing else, with all that went before.

    Within a transaction it cannot be told to.
    """
    if not synced or database.in_atomic_block:
        yield
        return
    with database.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=NORMAL")


@cache
def _built(
    model: type[models.Model],
    changes: tuple[tuple[str, str], ...],
    where: tuple[tuple[str, str], ...],
) -> str:
    assigned, found = (
        [f"{_field(model, name).column} = {source}" for name, source in part]
        for part in (changes, where)
    )
    # Names of columns and constants, nothing of people.
    table = model._meta.db_table
    return f"UPDATE {table} SET {', '.join(assigned)} WHERE {' AND '.join(found)}"  # noqa: S608


def _planned(database: BaseDatabaseWrapper, statement: str) -> str:
    """Return a call of a statement that this session plans once: it takes longer than to run it."""
    database.ensure_connection()
    names = _sessions.setdefault(database.connection, {})
    if statement not in names:
        name = f"mail_{len(names)}"
        number = count(1)
        numbered = re.sub("%s", lambda _: f"${next(number)}", statement)
        with database.cursor() as cursor:
            cursor.execute(f"PREPARE {name} AS {numbered}")
        names[statement] = name
    values = ", ".join(["%s"] * statement.count("%s"))
    return f"EXECUTE {names[statement]} ({values})"


@cache
def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", model._meta.get_field(name))
