"""Merge terms and take them apart again; their days follow in the same transaction."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.models import Snapshot, TermDay
from dashboard.rollup.folding import lock_roll_up, mark_changed
from movies import merging
from movies.models import SearchTerm


def merge(term: SearchTerm, into: SearchTerm, user: User) -> bool:
    """Merge a term, and what is merged into it, into the root of another; False if it was.

    Each of them is a short transaction of its own, of one row a day: what is done stays done.
    Raises NotMergeable.
    """
    root = merging.root_of(into)
    merging.check(term, root)
    moved = False
    # Those merged into it first: at no moment is there a chain.
    for pk in [*merging.with_it(term), term.pk]:
        with transaction.atomic():
            lock_roll_up()
            if merging.move(pk, root.pk, user, is_alone=pk == term.pk):
                move_days(pk, root.pk)
                moved = True
    return moved


@transaction.atomic
def take_out(term: SearchTerm, user: User) -> bool:
    """Let a merged term stand alone again, with what came with it; return False if it did."""
    lock_roll_up()
    others = merging.free(term, user)
    if others is None:
        return False
    move_days(term.pk, None)
    for pk in others:
        move_days(pk, term.pk)
    return True


def move_days(term_id: int, root_id: int | None) -> None:
    """Have a term's days belong to a root, or stand alone; in a transaction of the caller."""
    TermDay.objects.filter(term=term_id).update(root=root_id)
    outdate()


def outdate() -> None:
    """Have all term tables worked out anew, in the transaction that changes terms."""
    mark_changed()
    Snapshot.objects.update(outdated_at=timezone.now())
