"""How the database reads what a query asks for."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def plans_of(queries: CaptureQueriesContext) -> list[str]:
    """Return the plan of each captured SELECT, in words."""
    asked = [query["sql"] for query in queries if query["sql"].lstrip(" \n(").startswith("SELECT")]
    return [plan_of(sql) for sql in asked]


def plan_of(sql: str) -> str:
    prefix = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{prefix} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
