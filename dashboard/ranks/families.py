"""Terms that are merged are one in every table: their root, with what all of them count.

They are few, so they are added up here and not by the database, which would have to sort every
row of every term to do it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import add
from typing import Any

from django.db.models import Min, Q
from django.db.models.functions import Coalesce

from movies.models import SearchTerm


@dataclass(frozen=True, slots=True)
class Families:
    """The root of each member, itself among them; and which member of each was searched first."""

    root_of: dict[int, int]
    first_of: dict[int, int]


def read(roots: Collection[int] | None = None) -> Families:
    """Return all families, or those of some roots; none of a term that nothing is merged into."""
    merged = SearchTerm.objects.filter(canonical__isnull=False)
    if roots is not None:
        merged = merged.filter(canonical__in=roots)
    rows = SearchTerm.objects.filter(
        Q(pk__in=merged.values("pk")) | Q(pk__in=merged.values("canonical"))
    )
    families = Families({}, {})
    for pk, canonical in rows.order_by("created_at", "pk").values_list("pk", "canonical_id"):
        root = canonical or pk
        families.root_of[pk] = root
        families.first_of.setdefault(root, pk)
    return families


def added_up[Row: tuple[Any, ...]](rows: Iterable[Row], families: Families) -> list[Row]:
    """Return one row a family of those of its members, named tuples that begin with the term.

    A family is new with the first of its members: the first searches of the others are not
    counted as such.
    """
    found: dict[int, Any] = {}
    for row in rows:
        member: Any = row
        root = families.root_of[member.term_id]
        if families.first_of[root] != member.term_id:
            member = member._replace(first_time=0)
        before = found.get(root)
        sums = map(add, before[1:], member[1:]) if before else member[1:]
        found[root] = member._make((root, *sums))
    return list(found.values())


def days_of(term_ids: Collection[int]) -> Q:
    """Return which rows of TermDay are of terms, with what is merged into them."""
    return Q(term__in=term_ids) | Q(root__in=term_ids)


def first_searched(term_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each term, or the first of those merged into it, was first searched."""
    rows = SearchTerm.objects.filter(Q(pk__in=term_ids) | Q(canonical__in=term_ids)).order_by()
    by_root = rows.annotate(root=Coalesce("canonical_id", "pk")).values("root")
    return dict(by_root.annotate(first=Min("created_at")).values_list("root", "first"))
