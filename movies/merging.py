"""Which terms are one: a term is merged into another one, its root, and that can be undone.

Chains are flat: nothing is merged into a term that is merged itself. Every change of one term is
a transaction of its own, after which that still holds.
"""

from collections.abc import Sequence

from django.contrib.auth.models import User

from movies.audit import write_down
from movies.models import SearchTerm

MERGED = "Merged into term"
UNDONE = "Merge undone"
LOOK_AGAIN = "Somebody else has just changed one of these terms: look again."


class NotMergeable(Exception):
    """These two cannot be one; the message tells staff why."""


def root_of(term: SearchTerm) -> SearchTerm:
    return term.canonical or term


def check(term: SearchTerm, root: SearchTerm) -> None:
    """Raise NotMergeable where `term`, with what is merged into it, must not go into `root`."""
    if term.erased_at:
        raise NotMergeable("It was erased.")
    if term == root:
        raise NotMergeable("A term cannot be merged into itself.")


def family_of(term: SearchTerm) -> Sequence[int]:
    """Return the keys of what is merged into a term, and its own last."""
    return [*term.variants.order_by("pk").values_list("pk", flat=True), term.pk]


def move(term_id: int, root_id: int, user: User) -> bool:
    """Let one term belong to a root from now on, and write down who said so.

    Return False if it did before. In a transaction of the caller. Raises NotMergeable where it
    would make a chain, because somebody else was quicker.
    """
    rows = _locked(term_id, root_id)
    if len(rows) < 2 or rows[1 if term_id < root_id else 0].canonical_id:
        raise NotMergeable(LOOK_AGAIN)
    if SearchTerm.objects.filter(canonical=term_id).exists():
        raise NotMergeable(LOOK_AGAIN)
    others = SearchTerm.objects.filter(pk=term_id).exclude(canonical=root_id)
    if not others.update(canonical=root_id):
        return False
    write_down(user, term_id, f"{MERGED} {root_id}.")
    write_down(user, root_id, f"Term {term_id} was merged into it.")
    return True


def free(term_id: int, user: User) -> bool:
    """Let one term stand alone again, and write down who said so; return False if it did.

    In a transaction of the caller.
    """
    merged = SearchTerm.objects.filter(pk=term_id, canonical__isnull=False, erased_at=None)
    root_id = merged.values_list("canonical", flat=True).select_for_update(no_key=True).first()
    if root_id is None:
        return False
    merged.update(canonical=None)
    write_down(user, term_id, f"{UNDONE}: it was part of term {root_id}.")
    write_down(user, root_id, f"Term {term_id} was taken out of it.")
    return True


def _locked(*pks: int) -> list[SearchTerm]:
    """Return terms, locked until the transaction ends; in one order for everybody."""
    rows = SearchTerm.objects.select_for_update(no_key=True).order_by("pk")
    return list(rows.filter(pk__in=pks))
