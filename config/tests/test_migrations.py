"""No migration after the first release keeps a big table locked for long; see CONTRIBUTING.md."""

import pytest
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

# They grow with every search, notification and task.
BIG = {
    "movies": {"search", "searchterm", "hit", "movie", "refillitem"},
    "notifications": {"notification", "attempt"},
    "dashboard": {"termday", "actorday", "taskrecord"},
}
# The last ones of before the first release, which run on empty tables.
EMPTY_TO = {"movies": 9, "notifications": 5, "dashboard": 15}
# Each builds, checks or rewrites all of a table while nobody may write into it.
LOCKING = (
    operations.AddIndex,
    operations.AddConstraint,
    operations.AlterField,
    operations.AlterUniqueTogether,
)


def locking(app: str, migration: Migration) -> list[str]:
    """Return what a migration does to big tables that would lock them for long."""
    return [
        operation.describe()
        for operation in migration.operations
        if isinstance(operation, LOCKING) or _fills(operation)
        if str(getattr(operation, "model_name", "")).lower() in BIG[app]
    ]


def _fills(operation: object) -> bool:
    """Return whether a new column is written into every row, or checked against another table."""
    if not isinstance(operation, operations.AddField):
        return False
    field = operation.field
    is_filled = not field.null and not field.has_db_default()
    return is_filled or bool(field.remote_field and getattr(field, "db_constraint", False))


def test_no_migration_locks_a_big_table():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (app, name), migration in loader.disk_migrations.items():
        if app in BIG and int(name[:4]) > EMPTY_TO[app]:
            assert locking(app, migration) == [], f"{app} {name}"


@pytest.mark.parametrize(("app", "name"), [("movies", "0006_import"), ("movies", "0005_worklist")])
def test_what_would_lock_one_is_found(app, name):
    migration = MigrationLoader(None, ignore_no_migrations=True).disk_migrations[app, name]

    assert locking(app, migration)
