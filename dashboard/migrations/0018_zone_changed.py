"""Know when the figures were last moved into another time zone; the table has one row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0017_password_resets"),
    ]

    operations = [
        migrations.AddField(
            model_name="rollup",
            name="zone_changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
