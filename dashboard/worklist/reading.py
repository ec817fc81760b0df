"""The worklist: the most searched terms of which films or details lack, the most wanted first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef
from django.utils import timezone

from dashboard.days import site_date
from dashboard.models import Worklist
from dashboard.periods import View, view_of
from dashboard.ranks import snapshots
from dashboard.worklist import lacking
from dashboard.worklist.lacking import Kind, Lack
from movies import shortfall
from movies.models import Hit, RefillItem, Search, SearchTerm


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term that people searched, and what of its films is here now."""

    term_id: int
    term: str
    searches: int
    held: int
    # OMDb's count of its films, None where it never answered; and how many another fetch brings.
    total: int | None
    missing: int | None
    # Held without details, and those of them that a re-fill is about to fetch.
    bare: int
    being_filled: int
    is_being_fetched: bool

    @property
    def calls(self) -> int:
        """About how many OMDb calls fetching the rest takes: all pages, from the first."""
        return shortfall.pages(SearchTerm(total_results=self.total))

    @property
    def can_be_fetched(self) -> bool:
        """Return whether another fetch may bring films, and none is under way."""
        return self.missing != 0 and not self.is_being_fetched

    @property
    def to_fill(self) -> int:
        """Return how many of its films lack details that nobody fetches yet."""
        return self.bare - self.being_filled


@dataclass(frozen=True, slots=True)
class Listed:
    """All rows of a view; none while they are being worked out."""

    lacks: Sequence[Lack]
    figures_to: datetime | None
    # All of the period, whether something lacks or not.
    searches: int = 0

    def chosen(self, kind: Kind = "", minimum: int = 0) -> list[Lack]:
        """Return those that lack something of a kind and were searched so often, in order."""
        return lacking.in_order((one for one in self.lacks if one.searches >= minimum), kind)


def read(view: View, now: datetime) -> Listed:
    """Return the worklist of a view as it was last worked out, and have it kept fresh."""
    snapshot = snapshots.wanted(view, now)
    kept = Worklist.objects.filter(snapshot=snapshot).select_related("snapshot")
    found = kept.defer("snapshot__heads").first()
    if found is None:
        return Listed((), None)
    lacks = [Lack(*row) for row in found.rows]
    return Listed(lacks, found.snapshot.figures_to, found.snapshot.searches)


def wanted(limit: int, *, view: View | None = None, kind: Kind = "") -> list[Wanted]:
    """Return the most wanted terms of which something lacks, at most `limit`.

    Without a view those of the last 28 days. What was fetched since the list was worked out is
    not among them.
    """
    now = timezone.now()
    listed = read(view or view_of({}, site_date(now)), now)
    # As many again, for those that lack nothing any more.
    found = lacking.read(demand_of(listed.chosen(kind)[: 2 * limit]))
    lacks = lacking.in_order((lack for _, lack in found.values()), kind)
    return _described(found, lacks[:limit])


def as_they_are(demand: Mapping[int, int]) -> list[Wanted]:
    """Return terms as they are now, in the order given, but those hidden or gone.

    `demand` has by the key of a term how often it was searched.
    """
    found = lacking.read(demand)
    return _described(found, [found[pk][1] for pk in demand if pk in found])


def demand_of(lacks: Iterable[Lack]) -> dict[int, int]:
    return {lack.term_id: lack.searches for lack in lacks}


def _described(found: Mapping[int, tuple[SearchTerm, Lack]], lacks: Sequence[Lack]) -> list[Wanted]:
    pks = [lack.term_id for lack in lacks]
    filled, fetched = _being_filled(pks), _being_fetched(pks)
    return [
        Wanted(
            term_id=lack.term_id,
            term=term.term,
            searches=lack.searches,
            held=lack.held,
            total=term.total_results,
            missing=lack.missing,
            bare=lack.bare,
            being_filled=filled.get(lack.term_id, 0),
            is_being_fetched=lack.term_id in fetched,
        )
        for lack in lacks
        for term in [found[lack.term_id][0]]
    ]


def _being_filled(term_ids: Sequence[int]) -> dict[int, int]:
    """Return of each term how many films without details a re-fill is to fetch."""
    fetched_by = RefillItem.objects.one_under_way(OuterRef("movie"))
    hits = Hit.objects.alias(fetched_by=fetched_by).filter(
        fetched_by__isnull=False,
        term__in=term_ids,
        movie__is_full_record=False,
    )
    return dict(hits.order_by().values_list("term").annotate(Count("pk")))


def _being_fetched(term_ids: Sequence[int]) -> set[int]:
    fetches = Search.objects.unfinished().filter(term__in=term_ids, joined=None).order_by()
    return set(fetches.values_list("term", flat=True))
