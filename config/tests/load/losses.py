"""What became of all that the product has promised, read from its database."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone

from config.tests.load.stage import until
from movies.models import Movie, Outcome, Refill, Search, SearchTerm
from notifications.announcing import new_term
from notifications.models import Notification
from notifications.reconciling import PATIENCE, reconcile
from notifications.states import State

SETTLES_WITHIN = 300.0


def settle() -> bool:
    """Wait for what is under way; return whether it came to an end in time."""
    # The database may have ended it.
    connection.close()
    return until(lambda: not _open(), SETTLES_WITHIN)


def _open() -> bool:
    waiting = Notification.objects.filter(state__in=(State.QUEUED, State.SENDING))
    return (
        Search.objects.unfinished().exists()
        or Refill.objects.filter(finished_at=None).exists()
        or waiting.exists()
    )


def lost(searches: Collection[str], refills: Collection[str], since: datetime) -> list[str]:
    """Return a line for each kind of promise that was not kept; empty if all were."""
    ended = Search.objects.finished().filter(uuid__in=searches)
    broken = ended.filter(outcome=Outcome.FAILED).count()
    done = Refill.objects.filter(request_id__in=refills).exclude(finished_at=None)
    found = {
        "searches have no end": len(searches) - ended.count(),
        "searches failed": broken,
        "re-fills have no end": len(refills) - done.count(),
        "films of re-fills failed": sum(done.values_list("failed", flat=True)),
        "new terms have no notification": _untold(since),
        "notifications failed or are in doubt": Notification.objects.filter(
            created_at__gte=since, state__in=(State.FAILED, State.UNCERTAIN)
        ).count(),
    }
    return [f"{count:,} {words}" for words, count in found.items() if count]


def _untold(since: datetime) -> int:
    """Return how many new terms nobody was told of, nor will be by the reconciler."""
    reconcile()
    terms = SearchTerm.objects.filter(
        created_at__gte=since, created_at__lt=timezone.now() - PATIENCE - timedelta(seconds=1)
    )
    keys = [new_term(term).dedup_key for term in terms]
    there = Notification.objects.filter(dedup_key__in=keys).values_list("dedup_key", flat=True)
    return len(set(keys) - set(there))


def known() -> tuple[list[str], list[int]]:
    """Return terms that are searched for, the most searched ones first, and films."""
    terms = SearchTerm.objects.order_by("pk").values_list("term", flat=True)[:200]
    return list(terms), list(Movie.objects.order_by("pk").values_list("pk", flat=True)[:200])


def operator(number: int) -> tuple[str, str]:
    """Return the name and password of a colleague, who is made if they are not there."""
    name, password = f"operator {number}", "a password of the load"
    user, is_new = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    if is_new:
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name="Operators"))
    return name, password
