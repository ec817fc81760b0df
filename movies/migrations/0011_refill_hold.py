"""Know that OMDb is away, or refuses the key; a table of at most one row."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0010_former_firsts'),
    ]

    operations = [
        migrations.CreateModel(
            name='RefillHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField()),
                ('message', models.TextField()),
                ('is_refused', models.BooleanField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
