"""Know which terms were erased; the column is empty in every row, and no table is rewritten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("movies", "0007_merging"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchterm",
            name="erased_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
