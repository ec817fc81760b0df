"""Hide terms as spam, and show them again: their searches move to the side of those left out.

Those of covered days move, in the transaction that hides the term. Of frozen days only what was
imported moves, while it is still there; the rest of them stays as it was.
"""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

import movies.services
from dashboard.curation.merging import outdate
from dashboard.days import start_of
from dashboard.models import RollUp
from dashboard.rollup.adding import Sums
from dashboard.rollup.counting import BY_THEM, Event, streamed
from dashboard.rollup.covered import first_covered
from dashboard.rollup.folding import lock_roll_up, sums_of
from dashboard.rollup.moving import move
from dashboard.rollup.zones import adopt_time_zone
from movies import hiding
from movies.merging import root_of
from movies.models import Search, SearchTerm

TRIES = 5

type AllSums = tuple[Sums, Sums, Sums]


def hide(term: SearchTerm, user: User) -> bool:
    """Leave a term's searches out from now on, and its family's; return False if they were."""
    return _move_family(term, user, is_hidden=True)


def show(term: SearchTerm, user: User) -> bool:
    """Count the searches of a hidden term and its family again; return False if they were."""
    return _move_family(term, user, is_hidden=False)


def _move_family(term: SearchTerm, user: User, *, is_hidden: bool) -> bool:
    """Each of them is a transaction of its own: what is done stays done."""
    found = SearchTerm.objects.select_related("canonical").get(pk=term.pk)
    if found.erased_at:
        return False
    # The root first: from then on nothing is merged into it that is not as it is.
    root = root_of(found)
    done = _move(root, user, is_hidden=is_hidden)
    for variant in root.variants.order_by("pk"):
        done |= _move(variant, user, is_hidden=is_hidden)
    return done


def _move(term: SearchTerm, user: User, *, is_hidden: bool) -> bool:
    """Count without the lock, unless folds come too often for that; then write under it."""
    # Days of another zone are others.
    adopt_time_zone()
    for _ in range(TRIES):
        seen = _now()
        sums = sums_of(_searches(term, seen))
        with transaction.atomic():
            if lock_roll_up().revision == seen.revision:
                return _write(term, user, sums, is_hidden=is_hidden)
    with transaction.atomic():
        locked = lock_roll_up()
        return _write(term, user, sums_of(_searches(term, locked)), is_hidden=is_hidden)


@transaction.atomic
def _now() -> RollUp:
    return lock_roll_up()


def _searches(term: SearchTerm, roll_up: RollUp) -> Iterator[Event]:
    """Yield the searches that change sides, as they count now."""
    made = Search.objects.filter(term=term, counted=True).exclude(BY_THEM)
    if roll_up.raw_from:
        is_covered = Q(created_at__gte=start_of(first_covered(roll_up.raw_from)))
        # Retention of what was imported counts from the import: of these files all is there.
        is_whole = Q(source__written_at__gte=movies.services.kept_from(timezone.now()))
        if roll_up.zone_changed_at:
            # Frozen days keep the dates of the zone in which they were folded.
            is_whole &= Q(source__started_at__gte=roll_up.zone_changed_at)
        made = made.filter(is_covered | is_whole)
    return streamed(made)


def _write(term: SearchTerm, user: User, sums: AllSums, *, is_hidden: bool) -> bool:
    if not hiding.set_hidden(term.pk, user, is_hidden=is_hidden):
        return False
    move(sums)
    RollUp.objects.update(hidings=F("hidings") + 1)
    outdate()
    return True
