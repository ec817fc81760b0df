"""When something was done about what lacks, for the marks on charts."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from dashboard.worklist import choosing
from movies.formats import counted
from movies.models import Origin, Search

# Of each sort in one period; a chart has one flag a bucket.
MOST = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment, what was done then, in words, and where its page is."""

    at: datetime
    words: str
    url: str


def marks(first: datetime, last: datetime) -> list[Mark]:
    """Return what was done from `first` until before `last`, the earliest first.

    Those are searches by staff that brought new films, and re-fills by the nightly choice; of
    more than MOST of either the newest.
    """
    found = [*_fetches(first, last), *_choices(first, last)]
    return sorted(found, key=lambda mark: mark.at)


def _fetches(first: datetime, last: datetime) -> list[Mark]:
    # The person as well as the origin: of those there is an index.
    searches = Search.objects.filter(
        requested_by__isnull=False,
        origin=Origin.STAFF,
        films_new__gt=0,
        created_at__gte=first,
        created_at__lt=last,
    ).select_related("term")
    return [
        Mark(
            search.created_at,
            f"“{search.term}” fetched by staff: {counted(search.films_new, 'new film')}",
            reverse("admin:movies_search_change", args=[search.pk]),
        )
        for search in searches.order_by("-created_at")[:MOST]
    ]


def _choices(first: datetime, last: datetime) -> list[Mark]:
    refills = choosing.chosen().filter(created_at__gte=first, created_at__lt=last)
    return [
        Mark(
            refill.created_at,
            f"Nightly choice: {counted(refill.films, 'film')}, {refill.changed:,} changed",
            reverse("admin:movies_refill_change", args=[refill.pk]),
        )
        for refill in refills.order_by("-created_at")[:MOST]
    ]
