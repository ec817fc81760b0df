"""A log as long as that of a large site, written by the database itself."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Notification

TABLE = Notification._meta.db_table
# What tells one row from another.
OWN = {
    "uuid": {
        "sqlite": "lower(hex(randomblob(16)))",
        "postgresql": "gen_random_uuid()",
    },
    "dedup_key": {"sqlite": "'many:' || number", "postgresql": "'many:' || number"},
    "message_id": {
        "sqlite": "'<' || number || '@many>'",
        "postgresql": "'<' || number || '@many>'",
    },
    "created_at": {
        "sqlite": "datetime('now', '-' || number || ' minutes')",
        "postgresql": "now() - number * interval '1 minute'",
    },
}
COUNTING = {
    "sqlite": "WITH RECURSIVE counting(number) AS (SELECT 1 UNION ALL "
    "SELECT number + 1 FROM counting WHERE number < {count})",
    "postgresql": "WITH counting AS (SELECT generate_series(1, {count}) AS number)",
}


def copies_of(row: Notification, count: int) -> None:
    """Write so many rows like `row`, a minute apart, the newest first."""
    columns = [field.column for field in Notification._meta.concrete_fields][1:]
    chosen = [OWN[name][connection.vendor] if name in OWN else f'"{name}"' for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{TABLE}" ({names}) {COUNTING[connection.vendor].format(count=count)} '  # noqa: S608
            f'SELECT {", ".join(chosen)} FROM counting, "{TABLE}" WHERE id = %s',
            [row.pk],
        )


def counted() -> None:
    """Have the database learn how long its tables are, as it does by itself in time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def read_whole(queries: CaptureQueriesContext, *, along: str = "") -> list[str]:
    """Return the queries that read all of the log, each with its plan.

    A page of everything is read `along` an index, from which it takes the first rows.
    """
    asked = [one["sql"] for one in queries if f'FROM "{TABLE}"' in one["sql"]]
    assert asked
    return [f"{sql}\n{plan}" for sql in asked if _reads_whole(plan := _plan(sql), along)]


def _plan(sql: str) -> str:
    prefix = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{prefix} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def _reads_whole(plan: str, along: str) -> bool:
    if connection.vendor == "sqlite":
        scans = re.findall(rf"SCAN {TABLE}\b(?: USING (?:COVERING )?INDEX )?(\w*)", plan)
        return any(index != along or not index for index in scans)
    # Whether it stops on its way along an index, its plan does not say.
    return f"Seq Scan on {TABLE}" in plan
