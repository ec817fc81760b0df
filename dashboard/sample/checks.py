"""What the database check says when a real key meets invented searches."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections

from dashboard.sample import history
from movies.models import SearchTerm


def no_real_key_for_sample_history(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse to bring a database with sample history up to date while OMDb itself answers."""
    if settings.OMDB_DEMO or not databases:
        return []
    # Before the very first migration there is no table to ask.
    tables = connections["default"].introspection.table_names()
    if SearchTerm._meta.db_table not in tables or not history.is_there():
        return []
    return [
        Error(
            "This database holds the sample history of a demo: its searches are invented.",
            hint="Give DATABASE_URL or VAR_DIR a database of its own, or unset OMDB_API_KEY.",
            id="dashboard.E001",
        )
    ]
