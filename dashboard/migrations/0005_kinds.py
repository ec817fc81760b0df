"""Let Viewers see how each kind of notification is delivered, and Operators change it."""

import importlib

from django.db import migrations

groups = importlib.import_module("dashboard.migrations.0002_groups")

VIEWERS = ["notifications.view_kindpolicy"]
OPERATORS = [*VIEWERS, "notifications.change_kindpolicy"]
GROUPS = {"Viewers": VIEWERS, "Operators": OPERATORS, "Administrators": OPERATORS}


def grant(apps, schema_editor):
    groups.grant_all(apps, schema_editor, GROUPS)


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0004_revision"),
        ("notifications", "0002_outbox"),
    ]

    operations = [
        # Backwards the groups keep what they have, as they keep their members.
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
    ]
