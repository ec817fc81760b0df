"""Count in the one row of RollUp how often terms changed sides."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0014_merging"),
    ]

    operations = [
        migrations.AddField(
            model_name="rollup",
            name="hidings",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
