"""Terms that are one, and PostgreSQL's index of the trigrams by which they are found.

A role may create the extension pg_trgm if it may create in the database; where it may not, staff
merge by hand until somebody else has run CREATE_EXTENSION and CREATE_INDEX. SQLite's index is in
movies/trigrams.py.
"""

from django.db import DatabaseError, migrations, transaction

CREATE_EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
# Without a lock that would stop searches.
CREATE_INDEX = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS movies_searchterm_trigrams "
    "ON movies_searchterm USING gin (term gin_trgm_ops)"
)
WITHOUT = f"""
  No similar terms are suggested, for PostgreSQL's extension pg_trgm is not to be had:
  {{error}}
  Whoever may can run: {CREATE_EXTENSION}; {CREATE_INDEX};"""


def add_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(CREATE_EXTENSION)
            cursor.execute(CREATE_INDEX)
    except DatabaseError as error:
        print(WITHOUT.format(error=str(error).splitlines()[0]))


def remove_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    # The extension stays: somebody else may use it.
    with transaction.atomic(), schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS movies_searchterm_trigrams")


class Migration(migrations.Migration):
    # PostgreSQL makes no index concurrently inside a transaction.
    atomic = False

    dependencies = [
        ("movies", "0006_import"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="searchterm",
            options={
                "ordering": ("term",),
                "permissions": [
                    ("repeat_searchterm", "Can search a term again"),
                    ("curate_searchterm", "Can merge, hide and erase terms"),
                ],
                "verbose_name": "term",
            },
        ),
        migrations.RunPython(add_trigrams, remove_trigrams),
    ]
