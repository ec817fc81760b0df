"""Three groups to put people into: Viewers, Operators, Administrators."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEWERS = [
    "movies.view_genre",
    "movies.view_hit",
    "movies.view_movie",
    "movies.view_refill",
    "movies.view_refillitem",
    "movies.view_search",
    "movies.view_searchterm",
    "notifications.view_attempt",
    "notifications.view_notification",
    "django_celery_results.view_groupresult",
    "django_celery_results.view_taskresult",
    "admin.view_logentry",
]
OPERATORS = [
    *VIEWERS,
    "movies.refill_movie",
    "movies.repeat_searchterm",
    "notifications.retry_notification",
    "notifications.review_notification",
]
ADMINISTRATORS = [
    *OPERATORS,
    *(
        f"auth.{verb}_{model}"
        for model in ("user", "group")
        for verb in ("add", "change", "delete", "view")
    ),
]
GROUPS = {"Viewers": VIEWERS, "Operators": OPERATORS, "Administrators": ADMINISTRATORS}


def grant(apps, schema_editor):
    grant_all(apps, schema_editor, GROUPS)


def grant_all(apps, schema_editor, permissions_of):
    """Give each group its permissions; a group that exists keeps its members and what it has."""
    database = schema_editor.connection.alias
    _write_permissions(apps, database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for name, granted in permissions_of.items():
        group, _ = groups.get_or_create(name=name)
        for permission in granted:
            app, codename = permission.split(".")
            group.permissions.add(
                permissions.get(content_type__app_label=app, codename=codename)
            )


def _write_permissions(apps, database):
    # Django writes them after the last migration, which is too late for this one.
    for label in sorted({name.split(".")[0] for name in ADMINISTRATORS}):
        create_permissions(
            installed.get_app_config(label), verbosity=0, using=database, apps=apps
        )


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0001_initial"),
        ("movies", "0001_initial"),
        ("notifications", "0001_initial"),
        ("django_celery_results", "0014_alter_taskresult_status"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        # Backwards the groups stay: removing them would take people's rights away for good.
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
    ]
