"""Fetch the rest of terms because staff ask for it, as far as the day's calls go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from dashboard.worklist.reading import Wanted, as_they_are
from movies import calls, repeating, services
from movies.calls import Budget
from movies.locks import lock
from movies.models import Search, SearchTerm

# Terms that one question names at most.
MOST = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What of some terms can be fetched now."""

    fits: Sequence[Wanted]
    # Too many calls for what is left today without the visitors' share.
    too_dear: Sequence[Wanted]
    # Of which nothing lacks, or which are being fetched.
    others: Sequence[Wanted]
    budget: Budget
    # Calls that what staff fetch now has yet to make, and those that running re-fills have.
    promised: int
    taken: int

    @property
    def calls(self) -> int:
        return sum(one.calls for one in self.fits)

    @property
    def is_at_least(self) -> bool:
        """Return whether of a term nobody knows how many pages it has."""
        return any(one.missing is None for one in self.fits)


def plan(term_ids: Iterable[int]) -> Plan:
    """Return what can be fetched of these terms, each taken while it fits, in this order.

    A search that finds no call left is not run again by itself: so what does not fit is left out.
    """
    # In this order a call that is made meanwhile counts twice, rather than not at all.
    promised, budget = repeating.calls_to_come(), calls.budget()
    room = services.room(budget)
    left = room - promised
    fits, too_dear, others = [], [], []
    for one in as_they_are(dict.fromkeys(term_ids, 0)):
        if not one.can_be_fetched:
            others.append(one)
        elif settings.OMDB_DEMO or one.calls <= left:
            fits.append(one)
            left -= one.calls
        else:
            too_dear.append(one)
    return Plan(fits, too_dear, others, budget, promised, budget.left_for_refills - room)


@transaction.atomic
def fetch(term_ids: Sequence[int], user: User) -> tuple[Plan, list[tuple[Search, bool]]]:
    """Search again what of these terms can be fetched, and return the plan of it.

    Beside it each search, and whether it was this one who started it. No two promise the same
    calls: the second waits here, and then plans with what the first has left.
    """
    # Not the row of the OMDb day: there visitors' calls are counted meanwhile.
    lock("fetches by staff")
    # In one order for everybody, for they stay locked to the end.
    locked = SearchTerm.objects.select_for_update(no_key=True).order_by("pk")
    terms = locked.in_bulk(term_ids)
    found = plan(pk for pk in term_ids if pk in terms)
    done = [repeating.repeat(terms[one.term_id], user) for one in found.fits]
    return found, [one for one in done if one]


def done_before(wanted: Iterable[Wanted]) -> list[Search]:
    """Return the searches that fetch these terms now, or that staff have just made of them."""
    terms = SearchTerm.objects.filter(pk__in=[one.term_id for one in wanted]).order_by("pk")
    return [search for term in terms if (search := repeating.first_press(term))]
