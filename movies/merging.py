"""Which terms are one: a term is merged into another one, its root, and that can be undone.

Chains are flat: nothing is merged into a term that is merged itself. Every change of one term is
a transaction of its own, after which that still holds. Beside its root a term keeps what it was
merged into itself, so that a merge that is undone takes along what had come with it.
"""

from collections.abc import Sequence

from django.contrib.auth.models import User

from movies.audit import write_down
from movies.models import SearchTerm

MERGED = "Merged into term"
UNDONE = "Merge undone"
ONE_IS_HIDDEN = "One of them is hidden as spam. Hide the other one, too, or count both."
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
    if term.hidden != root.hidden:
        raise NotMergeable(ONE_IS_HIDDEN)


def with_it(term: SearchTerm) -> Sequence[int]:
    """Return the keys of what is merged into a term, also before it was merged itself."""
    root = root_of(term)
    into = dict(root.variants.order_by("pk").values_list("pk", "merged_into"))
    # What is not known to have come with another one belongs to the root.
    of = {pk: parent if parent in into else root.pk for pk, parent in into.items()}
    found = [term.pk]
    for parent in found:
        found += [pk for pk in of if of[pk] == parent]
    return found[1:]


def move(term_id: int, root_id: int, user: User, *, is_alone: bool = True) -> bool:
    """Let one term belong to a root from now on, and write down who said so.

    Return False if it did before. What is not moved `is_alone`, but with the term that it was
    merged into, remembers that. In a transaction of the caller. Raises NotMergeable where it
    would make a chain, because somebody else was quicker.
    """
    rows = _locked(term_id, root_id)
    if len(rows) < 2 or rows[1 if term_id < root_id else 0].canonical_id:
        raise NotMergeable(LOOK_AGAIN)
    if SearchTerm.objects.filter(canonical=term_id).exists() or rows[0].hidden != rows[1].hidden:
        raise NotMergeable(LOOK_AGAIN)
    others = SearchTerm.objects.filter(pk=term_id).exclude(canonical=root_id)
    if not others.update(canonical=root_id):
        return False
    if is_alone:
        SearchTerm.objects.filter(pk=term_id).update(merged_into=root_id)
    write_down(user, term_id, f"{MERGED} {root_id}.")
    write_down(user, root_id, f"Term {term_id} was merged into it.")
    return True


def free(term: SearchTerm, user: User) -> Sequence[int] | None:
    """Let one term stand alone again, and write down who said so; None if it did.

    Returns the keys of what was merged into it, which is so again. In a transaction of the caller.
    """
    merged = SearchTerm.objects.filter(pk=term.pk, canonical__isnull=False, erased_at=None)
    found = merged.select_related("canonical").first()
    if found is None:
        return None
    others = with_it(found)
    # The caller lets nobody merge or erase meanwhile; a fetch may hold some of them.
    _locked(term.pk, *others)
    merged.update(canonical=None, merged_into=None)
    SearchTerm.objects.filter(pk__in=others).update(canonical=term.pk)
    root = root_of(found)
    write_down(user, term.pk, f"{UNDONE}: it was part of term {root.pk}.")
    for pk in others:
        write_down(user, pk, f"{MERGED} {term.pk}, which was taken out of term {root.pk}.")
    write_down(user, root.pk, f"Term {term.pk} was taken out of it.")
    return others


def _locked(*pks: int) -> list[SearchTerm]:
    """Return terms that are not erased, locked to the end; in one order for everybody."""
    rows = SearchTerm.objects.select_for_update(no_key=True).order_by("pk")
    return list(rows.filter(pk__in=pks, erased_at=None))
