from datetime import timedelta
from itertools import batched

from django.db import migrations, models
from django.db.models import Count, Sum
from django.utils import timezone


def mark(apps, schema_editor):
    """Mark the days of which retention has removed the terms before it began to say so."""
    days, terms = (apps.get_model("dashboard", name) for name in ("DayTotals", "TermDay"))
    first = timezone.localdate() - timedelta(days=800)
    old, rows = (model.objects.filter(day__lt=first).order_by() for model in (days, terms))
    # Of a day that took an import afterwards some are there.
    left = dict(rows.values_list("day").annotate(count=Count("term_id")))
    counted = dict(old.values_list("day").annotate(count=Sum("terms")))
    lost = [day for day, count in counted.items() if count > left.get(day, 0)]
    for some in batched(lost, 500):
        old.filter(day__in=some).update(only_totals=True)


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
