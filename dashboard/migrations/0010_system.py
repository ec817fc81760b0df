"""Remember how the system is; let Viewers see it, and Operators have it tested."""

import importlib

import django.db.models.deletion
import django.utils.timezone
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

groups = importlib.import_module("dashboard.migrations.0002_groups")

VIEWERS = ["dashboard.view_systemstate"]
OPERATORS = [*VIEWERS, "dashboard.add_selftest"]
GROUPS = {"Viewers": VIEWERS, "Operators": OPERATORS, "Administrators": OPERATORS}


def grant(apps, schema_editor):
    # Django writes them after the last migration, which is too late for this one.
    database = schema_editor.connection.alias
    create_permissions(
        installed.get_app_config("dashboard"), verbosity=0, using=database, apps=apps
    )
    groups.grant_all(apps, schema_editor, GROUPS)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("dashboard", "0009_run_by_hand"),
    ]

    operations = [
        migrations.CreateModel(
            name="SystemState",
            fields=[
                (
                    "key",
                    models.CharField(max_length=30, primary_key=True, serialize=False),
                ),
                ("state", models.CharField(max_length=10)),
                ("since", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
                ("words", models.TextField()),
                ("by_itself", models.TextField(blank=True)),
                ("you_can", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "state of the system",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="SelfTest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("began_at", models.DateTimeField(blank=True, null=True)),
                ("task_id", models.CharField(blank=True, max_length=255)),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "self-test",
                "default_permissions": ("add",),
            },
        ),
        # Backwards the groups keep what they have, as they keep their members.
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
    ]
