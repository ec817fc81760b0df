"""What lacks of the most searched terms: films, or the details of films that are held."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from django.db.models import Count, Q

from movies import shortfall
from movies.models import Hit, SearchTerm

type Kind = Literal["", "films", "details"]

# Rows of it on the first page.
HEAD = 5


class Lack(NamedTuple):
    """What lacks of one term, as Worklist and Snapshot keep it: a list in this order."""

    term_id: int
    searches: int
    held: int
    # Films that OMDb lists and are not held; None where OMDb never answered.
    missing: int | None
    # Films that are held without their details.
    bare: int

    def share(self, kind: Kind) -> float:
        """Return which part of the term's films lacks; all of a term that was never answered."""
        if self.missing is None:
            return 0.0 if kind == "details" else 1.0
        lacking = {"": self.missing + self.bare, "films": self.missing, "details": self.bare}
        return lacking[kind] / max(1, self.held + self.missing)

    def weight(self, kind: Kind) -> float:
        """Return the searches, each counted for the part of its films that lacks."""
        return self.searches * self.share(kind)


def of_terms(demand: Mapping[int, int]) -> list[Lack]:
    """Return what lacks of these terms, by how often each was searched; see `in_order`.

    Terms that lack nothing are left out, and those hidden or gone.
    """
    return in_order(lack for _, lack in read(demand).values())


def read(demand: Mapping[int, int]) -> dict[int, tuple[SearchTerm, Lack]]:
    """Return each term as it is now, but those hidden, erased or gone."""
    terms = SearchTerm.objects.filter(pk__in=demand, hidden=False, erased_at=None).order_by()
    hits = Hit.objects.filter(term__in=demand).order_by().values_list("term")
    bare = Count("pk", filter=Q(movie__is_full_record=False))
    counts = {pk: (held, lacking) for pk, held, lacking in hits.annotate(Count("pk"), bare=bare)}
    found = {}
    for term in terms:
        held, lacking = counts.get(term.pk, (0, 0))
        missing = shortfall.missing(term, held)
        found[term.pk] = (term, Lack(term.pk, demand[term.pk], held, missing, lacking))
    return found


def in_order(lacks: Iterable[Lack], kind: Kind = "") -> list[Lack]:
    """Return those that lack something of a kind, the most weighty first, ties by term."""
    chosen = (lack for lack in lacks if lack.share(kind))
    return sorted(chosen, key=lambda lack: (-lack.weight(kind), lack.term_id))
