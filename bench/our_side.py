"""What runs in a process of ours that records searches, as a web process would."""

from functools import cache

from django.utils import timezone

from bench.timing import TERMS, Pace, paced, stream
from movies.models import Origin, Outcome, Search, SearchTerm
from movies.services import request_search

ACTOR = "0123456789abcdef" * 2


def record(seconds: float, seed: int) -> Pace:
    """Search known, fresh terms for a while: all are answered from the cache."""

    def one(row: tuple[int, str]) -> None:
        request_search(row[1], origin=Origin.VISITOR, actor=ACTOR)

    return paced(one, stream(_known(), seed), seconds)


def insert(seconds: float, seed: int) -> Pace:
    """Write the same rows by one bare INSERT each, without asking whether it is right."""

    def one(row: tuple[int, str]) -> None:
        now = timezone.now()
        Search(
            term_id=row[0],
            origin=Origin.VISITOR,
            actor=ACTOR,
            created_at=now,
            started_at=now,
            finished_at=now,
            outcome=Outcome.CACHED,
            films_found=10,
        ).save()

    return paced(one, stream(_known(), seed), seconds)


@cache
def _known() -> list[tuple[int, str]]:
    return list(SearchTerm.objects.filter(pk__lte=TERMS).order_by("pk").values_list("pk", "term"))
