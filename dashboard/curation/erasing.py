"""Erase a term: each room forgets its text through its own service, and the totals stay."""

from django.contrib.auth.models import User
from django.db import transaction

import notifications.erasing
from dashboard.curation.merging import move_days
from dashboard.results import forgetting
from dashboard.rollup.folding import lock_roll_up
from movies import erasing
from movies.models import SearchTerm
from notifications.erasing import Naming


def erase(term: SearchTerm, user: User) -> bool:
    """Forget what a term said; return False if that was done. Raises NotErasable.

    Its days belong to what all erased terms are merged into, and so do searches that are folded
    later. A later search for the same words makes a new term.
    """
    # A term's text never changes but by this.
    return _erase(term, user, notifications.erasing.look_for(term, term.term))


@transaction.atomic
def _erase(term: SearchTerm, user: User, known: Naming) -> bool:
    lock_roll_up()
    text = erasing.erase(term.pk, user)
    if text is None:
        return False
    root = erasing.root()
    SearchTerm.objects.filter(pk=term.pk).update(canonical=root)
    move_days(term.pk, root.pk)
    notifications.erasing.forget(term, text, known)
    forgetting.forget(term, text)
    return True
