"""The questions that are asked of films and searches, and the claim on a search."""

import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.models import F, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

if TYPE_CHECKING:
    from movies.models import Movie, Search

# Longer than one page or one film can take with all its retries.
LEASE = timedelta(seconds=120)
# A row whose hint is younger than this is still expected to be picked up from the queue.
HINT_PATIENCE = timedelta(seconds=15)
MAX_ATTEMPTS = 3
# A text is looked for in the titles of so many films, the newest: no index helps.
TITLES_SEARCHED = 100_000
# What a search answered from the cache takes from the row of its term.
OF_THE_TERM = {
    "term_id": "id",
    "total_results": "total_results",
    "films_found": "(SELECT COUNT(*) FROM movies_hit WHERE term_id = movies_searchterm.id)",
}


def newest(rows: models.QuerySet[Any], count: int) -> models.QuerySet[Any]:
    """Return the newest so many: no more are read, however few of them hold a text."""
    # Asked for beforehand: of a key that PostgreSQL has yet to look up it expects a third of the
    # table to be newer, and may then read all of it.
    last = rows.model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    return rows.filter(pk__gt=last - count).order_by("-pk")


class MovieQuerySet(models.QuerySet["Movie"]):
    def called(self, text: str) -> "MovieQuerySet":
        """Return films with this title as it may be written: an index has them, however old."""
        return self.filter(title__in={text, text.title(), text.capitalize()})

    def titled_like(self, text: str, most: int) -> "list[Movie]":
        """Return by title at most so many films that have a text in it.

        First those called so are taken, then the newest, in whose order enough are found soonest.
        """
        others = newest(self, TITLES_SEARCHED).filter(title__icontains=text)[:most]
        found = list(dict.fromkeys([*self.called(text)[:most], *others]))[:most]
        return sorted(found, key=lambda film: (film.title, film.year or 0, film.pk))

    def complete(self) -> "MovieQuerySet":
        return self.filter(is_full_record=True)

    def incomplete(self) -> "MovieQuerySet":
        return self.filter(is_full_record=False)

    def not_under_way(self) -> "MovieQuerySet":
        """Return films that no re-fill is to fetch."""
        items = apps.get_model("movies.RefillItem")._default_manager
        return self.alias(fetched_by=items.one_under_way(OuterRef("pk"))).filter(fetched_by=None)


class SearchQuerySet(models.QuerySet["Search"]):
    def unfinished(self) -> "SearchQuerySet":
        return self.filter(outcome="")

    def finished(self) -> "SearchQuerySet":
        return self.exclude(outcome="")

    def by_actor_since(self, actor: str, moment: datetime) -> "SearchQuerySet":
        return self.filter(actor=actor, created_at__gte=moment)

    def abandoned(self) -> "SearchQuerySet":
        """Return fetches whose hint or worker was lost: nobody holds a lease on them."""
        now = timezone.now()
        return self.unfinished().filter(
            Q(lease_until__lt=now) | Q(lease_until=None, created_at__lt=now - HINT_PATIENCE),
            joined=None,
        )

    def answer_from_cache(
        self, term: str, *, fresh_from: datetime, **facts: Any
    ) -> "Search | None":
        """Write a search that the films held for `term` answer; return it, or None if they do not.

        They do if OMDb answered the term after `fresh_from`. `facts` are the columns that differ
        from their defaults. One statement looks at the term and writes the row, without locks and
        without the signals of a row: by the ORM it would be two, and building them takes longer
        than the database takes to run them.
        """
        # Itself, not the proxy in front of it.
        database = connections[self.db]
        fields = {field.attname: field for field in self.model._meta.concrete_fields}
        plain = _plain_search(self.model)
        facts["uuid"] = uuid.uuid4()
        written = plain | {
            name: fields[name].get_db_prep_save(fact, database) for name, fact in facts.items()
        }
        fresh = (database.ops.adapt_datetimefield_value(fresh_from), settings.OMDB_DEMO)
        with database.cursor() as cursor:
            cursor.execute(_answering(self.model), [*written.values(), term, *fresh])
            row = cursor.fetchone()
        if row is None:
            return None
        known = plain | facts | dict(zip(("id", *OF_THE_TERM), row, strict=True))
        return self.model.from_db(self.db, list(fields), [known[name] for name in fields])

    def claim(self, pk: int) -> "Search | None":
        """Take the lease on a search nobody holds; return it, or None if it is not to be had."""
        now = timezone.now()
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        lease = uuid.uuid4()
        claimed = (
            self.unfinished()
            .filter(free, pk=pk, joined=None)
            .update(
                lease=lease,
                lease_until=now + LEASE,
                started_at=Coalesce("started_at", now),
                # In SQL, so that two workers cannot both count the same attempt.
                attempts=F("attempts") + 1,
            )
        )
        return self.select_related("term").get(pk=pk) if claimed else None

    def held(self, search: "Search") -> "SearchQuerySet":
        """Return the row of `search` if its lease is still the one `search` was claimed with."""
        return self.unfinished().filter(pk=search.pk, lease=search.lease)


@cache
def _plain_search(model: type[models.Model]) -> dict[str, Any]:
    """Return the columns that a search does not take from its term, each with its default."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not field.primary_key and field.attname not in OF_THE_TERM
    }


@cache
def _answering(model: type[models.Model]) -> str:
    """Return the statement that writes a search as its term answers it."""
    own = _plain_search(model)
    columns = ", ".join([*own, *OF_THE_TERM])
    sources = ", ".join([*("%s" for _ in own), *OF_THE_TERM.values()])
    return (
        f"INSERT INTO movies_search ({columns}) SELECT {sources} "  # noqa: S608 - names of columns, not of people
        "FROM movies_searchterm "
        "WHERE term = %s AND last_search > %s AND answered_by_demo = %s "
        f"RETURNING id, {', '.join(OF_THE_TERM)}"
    )
