"""Lock something that has no row of its own, so that whoever wants it too has to wait."""

from django.db import connection


def lock(name: str) -> None:
    """Let no other transaction lock this name until this one ends."""
    # On SQLite there is only one transaction that writes, from its beginning on.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
