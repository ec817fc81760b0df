from datetime import timedelta

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

# A term is written in the transaction of its first search. Where the earliest search that is
# left is later, retention has removed the first one.
SAME_MOMENT = timedelta(seconds=10)


def mark_first_searches(apps, schema_editor):
    """Set is_first on the search that created its term, where that search is still there."""
    alias = schema_editor.connection.alias
    searches = apps.get_model("movies", "Search").objects.using(alias)
    terms = apps.get_model("movies", "SearchTerm").objects.using(alias)
    earliest = searches.filter(
        term=OuterRef("pk"), created_at__lt=OuterRef("created_at") + SAME_MOMENT
    ).order_by("created_at", "id")
    firsts = terms.order_by().values_list(Subquery(earliest.values("pk")[:1]))
    searches.filter(pk__in=firsts).update(is_first=True)


class Migration(migrations.Migration):

    dependencies = [
        ("movies", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="search",
            name="is_first",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(mark_first_searches, migrations.RunPython.noop, elidable=True),
    ]
