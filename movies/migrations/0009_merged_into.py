"""Know what a term was merged into itself; empty in every row, and no table is rewritten."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0008_erasing'),
    ]

    operations = [
        migrations.AddField(
            model_name='searchterm',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='movies.searchterm'),
        ),
    ]
