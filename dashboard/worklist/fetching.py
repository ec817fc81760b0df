"""Fetch the rest of terms because staff ask for it, as far as the day's calls go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User

from dashboard.worklist.reading import Wanted, as_they_are
from movies import calls, repeating
from movies.calls import Budget
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
    budget = calls.budget()
    left = budget.left_for_refills
    fits, too_dear, others = [], [], []
    for one in as_they_are(dict.fromkeys(term_ids, 0)):
        if not one.can_be_fetched:
            others.append(one)
        elif settings.OMDB_DEMO or one.calls <= left:
            fits.append(one)
            left -= one.calls
        else:
            too_dear.append(one)
    return Plan(fits, too_dear, others, budget)


def fetch(wanted: Sequence[Wanted], user: User) -> list[tuple[Search, bool]]:
    """Search these terms again; return each search, and whether it was this one who started it."""
    terms = SearchTerm.objects.in_bulk([one.term_id for one in wanted])
    done = (repeating.repeat(terms[one.term_id], user) for one in wanted if one.term_id in terms)
    return [one for one in done if one]


def done_before(wanted: Iterable[Wanted]) -> list[Search]:
    """Return the searches that fetch these terms now, or that staff have just made of them."""
    terms = SearchTerm.objects.filter(pk__in=[one.term_id for one in wanted]).order_by("pk")
    return [search for term in terms if (search := repeating.first_press(term))]
