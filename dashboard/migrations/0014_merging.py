"""Days of terms know what their term is merged into; Operators may merge.

The column is empty in every row and the index holds none, so that neither locks a large table for
longer than it takes to read it once.
"""

import importlib

import django.db.models.deletion
from django.db import migrations, models

groups = importlib.import_module("dashboard.migrations.0002_groups")

OPERATORS = ["movies.curate_searchterm"]
GROUPS = {"Operators": OPERATORS, "Administrators": OPERATORS}


def grant(apps, schema_editor):
    groups.grant_all(apps, schema_editor, GROUPS)


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0013_completeness"),
        ("movies", "0007_merging"),
    ]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="outdated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="termday",
            name="root",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="movies.searchterm",
            ),
        ),
        migrations.AddIndex(
            model_name="termday",
            index=models.Index(
                condition=models.Q(("root__isnull", False)),
                fields=["root", "day"],
                name="term_day_root",
            ),
        ),
        # Backwards the groups keep what they have.
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
    ]
