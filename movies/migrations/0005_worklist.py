"""Know of which terms films are missing because their last fetch broke off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("movies", "0004_refill_batches"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchterm",
            name="is_short",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
