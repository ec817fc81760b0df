"""Know of which terms films are missing because their last fetch broke off, and what staff asked."""

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
        migrations.AddIndex(
            model_name="search",
            index=models.Index(
                condition=models.Q(("requested_by__isnull", False)),
                fields=["created_at"],
                name="search_by_person",
            ),
        ),
    ]
