"""Remember who was locked out; let Administrators see and unlock them."""

import importlib

import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

groups = importlib.import_module("dashboard.migrations.0002_groups")

ADMINISTRATORS = ["dashboard.view_lockout", "dashboard.unlock_lockout"]
GROUPS = {"Administrators": ADMINISTRATORS}


def grant(apps, schema_editor):
    # Django writes them after the last migration, which is too late for this one.
    database = schema_editor.connection.alias
    create_permissions(
        installed.get_app_config("dashboard"), verbosity=0, using=database, apps=apps
    )
    groups.grant_all(apps, schema_editor, GROUPS)


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0015_hiding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LockOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150)),
                ("address", models.GenericIPAddressField()),
                ("locked_at", models.DateTimeField()),
                ("until", models.DateTimeField(db_index=True)),
                ("unlocked_at", models.DateTimeField(null=True)),
                ("unlocked_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="lock_outs", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "lock-out",
                "ordering": ("-id",),
                "permissions": (("unlock_lockout", "Can let people sign in again"),),
                "default_permissions": ("view",),
            },
        ),
        # Backwards the groups keep what they have.
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
    ]
