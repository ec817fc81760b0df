"""The questions that are asked of re-fills and their items, and the claim on one film."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections, models
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from movies.querysets import LEASE

if TYPE_CHECKING:
    from movies.models import Movie, Refill, RefillItem

OPEN = ("waiting", "running")
COUNTED = ("changed", "unchanged", "failed", "cancelled")


class RefillQuerySet(models.QuerySet["Refill"]):
    def unfinished(self) -> "RefillQuerySet":
        return self.filter(finished_at=None)

    def running(self) -> "RefillQuerySet":
        """Return those that go on by themselves."""
        return self.unfinished().filter(paused_at=None, cancelled_at=None)

    def workable(self) -> "RefillQuerySet":
        """Return those whose films may be begun."""
        return self.running().filter(~Exists(_holds()), out_of_budget_at=None)

    def waiting_since(self, now: datetime) -> datetime | None:
        """Return when the first of the films was due that are in line now; None if none is."""
        due = self._of_items().filter(state="waiting", due_at__lte=now).order_by("due_at")
        first = self.annotate(first=Subquery(due.values("due_at")[:1]))
        since: datetime | None = first.aggregate(since=Min("first"))["since"]
        if since is None:
            return None
        # Before a hold ended they waited for OMDb.
        held: list[datetime] = list(_all_holds().values_list("until", flat=True))
        return max([since, *held])

    def without_open_items(self) -> "RefillQuerySet":
        return self.exclude(items__state__in=OPEN)

    def with_progress(self) -> "RefillQuerySet":
        """Annotate how many films are `running`, how many are `retried` after a break, and
        when the first of those is due, `retried_at`; until when all re-fills are held up,
        `held_until`, and `held_why`.
        """
        items = self._of_items()
        # In line they would be due; and without the budget nothing is put off alone.
        late = items.filter(state="waiting", due_at__gt=timezone.now())
        return self.annotate(
            running=_counted(items.filter(state="running")),
            retried=_counted(late),
            retried_at=Subquery(late.values("refill").annotate(at=Min("due_at")).values("at")),
            held_until=Subquery(_holds().values("until")),
            held_why=Subquery(_holds().values("message")),
        )

    def recount(self) -> int:
        """Count the films of these anew, and how they ended; return how many re-fills."""
        items = self._of_items()
        ended = {state: _counted(items.filter(state=state)) for state in COUNTED}
        return self.update(films=_counted(items), **ended)

    def _of_items(self) -> models.QuerySet[Any]:
        items = apps.get_model("movies.RefillItem")._default_manager
        return items.filter(refill=OuterRef("pk")).order_by()


class RefillItemQuerySet(models.QuerySet["RefillItem"]):
    def unfinished(self) -> "RefillItemQuerySet":
        return self.filter(state__in=OPEN)

    def under_way(self) -> "RefillItemQuerySet":
        """Return items that will be filled without anybody doing anything about it."""
        return self.unfinished().filter(
            refill__finished_at=None, refill__paused_at=None, refill__cancelled_at=None
        )

    def of_free_films(self) -> "RefillItemQuerySet":
        """Return items of films that no re-fill is to fetch."""
        others = self.model._default_manager.one_under_way(OuterRef("movie"))
        return self.alias(fetched_by=others).filter(fetched_by=None)

    def one_under_way(self, movie: OuterRef) -> Subquery:
        """Return the key of an item of a film that is under way; NULL if there is none.

        The items are looked up film by film, and the re-fill item by item. As a join PostgreSQL may
        read all items for each film, which takes minutes where its statistics are older than the
        last re-fill.
        """
        refills: RefillQuerySet = apps.get_model("movies.Refill")._default_manager.running()
        running = refills.order_by().filter(pk=OuterRef("refill")).values("pk")
        items = self.unfinished().order_by().filter(movie=movie)
        of_running = items.alias(runs=Subquery(running)).filter(runs__isnull=False)
        return Subquery(of_running.values("pk")[:1])

    def add(self, refill: "Refill", films: models.QuerySet["Movie"]) -> int:
        """Write an item for each of `films`; return how many.

        One statement, for a hundred thousand rows are made in Python ten times as slowly, and
        SQLite's one writer would be held as long.
        """
        database = connections[self.db]
        chosen, params = films.values("id").query.sql_with_params()
        due_at = database.ops.adapt_datetimefield_value(timezone.now())
        statement = (
            "INSERT INTO movies_refillitem "  # noqa: S608 - the values in `chosen` are parameters
            "(refill_id, movie_id, state, changes, message, attempts, due_at) "
            f"SELECT %s, chosen.id, 'waiting', '[]', '', 0, %s FROM ({chosen}) AS chosen"
        )
        with database.cursor() as cursor:
            cursor.execute(statement, (refill.pk, due_at, *params))
            return int(cursor.rowcount)

    def in_line(self, refill: "Refill") -> "RefillItemQuerySet":
        """Return the items of a batch that are due, in the order in which they come."""
        due = self.filter(refill=refill, state="waiting", due_at__lte=timezone.now())
        return due.order_by("due_at", "pk").only("pk")

    def workable(self) -> "RefillItemQuerySet":
        """Return items that may be begun, or have been."""
        batches: RefillQuerySet = apps.get_model("movies.Refill")._default_manager.workable()
        return self.unfinished().filter(refill__in=batches)

    def given_up(self) -> "RefillItemQuerySet":
        """Return items whose worker let its lease run out."""
        return self.filter(state="running", lease_until__lt=timezone.now())

    def claim(self, pk: int) -> "RefillItem | None":
        """Take the lease on a due item nobody holds; return it, or None.

        Nobody gets one of a batch that is paused, cancelled, held up or out of budget.
        """
        now = timezone.now()
        # The conditions on the row itself stay outside of the subquery: whoever waited for the
        # row looks at them again, at what another worker made of it.
        batch: RefillQuerySet = apps.get_model("movies.Refill")._default_manager.workable()
        claimed = self.filter(
            Q(state="waiting", due_at__lte=now) | Q(state="running", lease_until__lt=now),
            Exists(batch.filter(pk=OuterRef("refill_id"))),
            pk=pk,
        ).update(
            state="running",
            lease=uuid.uuid4(),
            lease_until=now + LEASE,
            # In SQL, so that two workers cannot both count the same attempt.
            attempts=F("attempts") + 1,
        )
        return self.select_related("movie", "refill").get(pk=pk) if claimed else None

    def held(self, item: "RefillItem") -> "RefillItemQuerySet":
        """Return the row of `item` if its lease is still the one `item` was claimed with."""
        return self.unfinished().filter(pk=item.pk, lease=item.lease)


def _all_holds() -> models.QuerySet[Any]:
    return apps.get_model("movies.RefillHold")._default_manager.all()


def _holds() -> models.QuerySet[Any]:
    """Return what holds all re-fills up now."""
    # By the key of the only row.
    return _all_holds().filter(pk=1, until__gt=timezone.now())


def _counted(items: models.QuerySet[Any]) -> Coalesce:
    """Return how many items of a re-fill there are, as part of a question about the re-fill."""
    counted = items.values("refill").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
