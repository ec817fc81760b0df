"""Count the films that OMDb returns, and what tells whether the cache is getting complete."""

from django.db import migrations, models


def count_again(apps, schema_editor):
    """Have the days whose searches are there counted again, and all term tables worked out."""
    database = schema_editor.connection.alias
    roll_up = apps.get_model("dashboard", "RollUp").objects.using(database)
    roll_up.update(needs_rebuild=True, rebuilt_to=None)
    apps.get_model("dashboard", "Snapshot").objects.using(database).all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ("dashboard", "0012_alerts"),
    ]

    operations = [
        migrations.CreateModel(
            name="CompletenessWeek",
            fields=[
                ("pk", models.CompositePrimaryKey("monday", "everyone", blank=True, editable=False, primary_key=True, serialize=False)),
                ("monday", models.DateField()),
                ("everyone", models.BooleanField()),
                ("figures_to", models.DateTimeField()),
                ("is_due", models.BooleanField(default=False)),
                ("searches", models.PositiveIntegerField()),
                ("first_time", models.PositiveIntegerField()),
                ("films_returned", models.PositiveIntegerField()),
                ("new_films", models.PositiveIntegerField()),
                ("once", models.PositiveIntegerField(null=True)),
                ("twice", models.PositiveIntegerField(null=True)),
                ("with_films", models.PositiveIntegerField(null=True)),
                ("held", models.FloatField(null=True)),
                ("with_films_squares", models.PositiveBigIntegerField(null=True)),
                ("films_held", models.PositiveIntegerField(null=True)),
                ("films_complete", models.PositiveIntegerField(null=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="daytotals",
            name="films_returned",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="daytotals",
            name="new_films",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="hourtotals",
            name="films_returned",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="hourtotals",
            name="new_films",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="completeness",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(count_again, migrations.RunPython.noop, elidable=True),
    ]
