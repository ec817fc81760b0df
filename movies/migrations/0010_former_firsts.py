"""Know which searches were the first of their terms until an import brought an earlier one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("movies", "0009_merged_into"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerFirst",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("term", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="movies.searchterm")),
            ],
            options={"default_permissions": ()},
        ),
    ]
