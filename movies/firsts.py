"""Which search is the first of its term, where an import brings one that is earlier.

The row of the search that was the first one stays as it is until whoever has counted it has
taken that back: so the rows and what was counted of them agree at every moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from movies.importing.inserting import insert
from movies.models import FormerFirst, Search, SearchTerm

# SQLite takes 32,766 parameters in one statement.
TERMS_A_STATEMENT = 500
# A visitor's first search is written a little after its term, in the same transaction.
LATER = timedelta(minutes=1)


def move_earlier(firsts: Mapping[int, datetime]) -> set[int]:
    """Let terms begin at these moments where they begin later; return which ones did.

    In a transaction of the caller, who writes their first searches.
    """
    as_moment = connection.ops.adapt_datetimefield_value
    moved: dict[int, datetime] = {}
    # In one order for everybody, so that two imports never wait for each other.
    for pks in batched(sorted(firsts), TERMS_A_STATEMENT):
        rows = SearchTerm.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
        begun = rows.values_list("pk", "created_at")
        moved |= {pk: at for pk, at in begun if firsts[pk] < at}
    if moved:
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE movies_searchterm SET created_at = %s WHERE id = %s",
                [(as_moment(firsts[pk]), pk) for pk in moved],
            )
        rows_of_former = [(pk, as_moment(at)) for pk, at in moved.items()]
        insert(FormerFirst, ("term_id", "at"), rows_of_former)
    return set(moved)


def former(most: int) -> QuerySet[Any]:
    """Return moments at which terms began once, each with the `search` that is still the first."""
    searches = Search.objects.filter(
        term=OuterRef("term"),
        is_first=True,
        created_at__gte=OuterRef("at"),
        created_at__lt=OuterRef("at") + LATER,
    ).order_by("created_at", "pk")
    rows = FormerFirst.objects.annotate(search=Subquery(searches.values("pk")[:1]))
    return rows.order_by("pk")[:most]


def take_back(rows: Iterable[Any]) -> None:
    """Let the searches of `former` rows be no longer the first; in a transaction of the caller."""
    known = list(rows)
    searches: Sequence[int] = [row.search for row in known if row.search]
    Search.objects.filter(pk__in=searches).update(is_first=False)
    FormerFirst.objects.filter(pk__in=[row.pk for row in known]).delete()
