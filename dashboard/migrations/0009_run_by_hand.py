"""Remember who started scheduled work by hand, and let Operators do so."""

import importlib

import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

groups = importlib.import_module("dashboard.migrations.0002_groups")

OPERATORS = ["dashboard.run_schedule"]
GROUPS = {"Operators": OPERATORS, "Administrators": OPERATORS}


def grant(apps, schema_editor):
    # Django writes them after the last migration, which is too late for this one.
    dashboard = installed.get_app_config("dashboard")
    create_permissions(dashboard, verbosity=0, using=schema_editor.connection.alias, apps=apps)
    groups.grant_all(apps, schema_editor, GROUPS)


class Migration(migrations.Migration):

    dependencies = [
        ('dashboard', '0008_task_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='scheduledrun',
            options={'default_permissions': (), 'permissions': [('run_schedule', 'Can start scheduled work by hand')]},
        ),
        migrations.AddField(
            model_name='scheduledrun',
            name='asked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='scheduledrun',
            name='asked_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        # Backwards the groups keep what they have, as they keep their members.
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
    ]
