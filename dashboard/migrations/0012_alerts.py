"""Remember what was out of the ordinary."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0011_worklist")]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spike", "Spike of searches"),
                            ("nothing_found_surge", "Nothing found surges"),
                            ("silence", "Nobody searches"),
                            ("omdb_errors", "OMDb errors"),
                            ("outage", "No worker ran"),
                        ],
                        max_length=30,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("words", models.CharField(max_length=200)),
                ("terms", models.JSONField(default=list)),
                ("told_on", models.DateField(blank=True, null=True)),
                ("number", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["began_at"], name="incident_began")],
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "began_at"], name="an_incident_once"),
                    models.UniqueConstraint(
                        fields=["kind"],
                        condition=Q(ended_at=None),
                        name="one_open_incident_a_kind",
                    ),
                    models.UniqueConstraint(
                        fields=["kind", "told_on", "number"], name="a_mail_of_a_day"
                    ),
                ],
            },
        ),
    ]
