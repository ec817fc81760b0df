from datetime import timedelta

from django.db import migrations, models
from django.db.models import Exists, OuterRef
from django.utils import timezone


def mark(apps, schema_editor):
    """Mark the days of which retention has removed the terms before it began to say so."""
    days, terms = (apps.get_model("dashboard", name) for name in ("DayTotals", "TermDay"))
    old = days.objects.filter(day__lt=timezone.localdate() - timedelta(days=800), searches__gt=0)
    has_terms = Exists(terms.objects.filter(day=OuterRef("day")))
    old.exclude(has_terms).update(only_totals=True)


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0019_password_reset_leases"),
    ]

    operations = [
        migrations.AddField(
            model_name="daytotals",
            name="only_totals",
            field=models.BooleanField(db_default=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
    ]
