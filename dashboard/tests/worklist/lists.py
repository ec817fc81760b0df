"""Terms of which something lacks, and the worklist that is made of them."""

import uuid

from django.utils import timezone

from dashboard.tests import rows
from dashboard.tests.reading import work_out
from movies.models import Hit, Outcome, SearchTerm


def term(text: str, searches: int, *, held: int = 0, bare: int = 0, **facts: object) -> SearchTerm:
    """Write a term that was searched so often, with films of which `bare` lack details.

    It was answered in whole unless the facts say otherwise.
    """
    known = {"last_search": timezone.now(), "total_results": held, "last_outcome": Outcome.FETCHED}
    for _ in range(searches):
        rows.search(text)
    SearchTerm.objects.filter(term=text).update(**known | facts)
    found = SearchTerm.objects.get(term=text)
    for rank in range(1, held + 1):
        film = rows.film(is_full_record=rank > bare)
        Hit.objects.create(term=found, movie=film, rank=rank, seen_by=uuid.uuid4())
    return found


def short(text: str, searches: int, *, held: int, total: int, **facts: object) -> SearchTerm:
    """Write a term whose fetch broke off."""
    return term(text, searches, held=held, total_results=total, is_short=True, **facts)


def some() -> dict[str, SearchTerm]:
    """Write terms of every sort, and work out what lacks of them."""
    found = {
        "dune": short("dune", 5, held=3, total=117),
        "alien": term("alien", 4, held=4, bare=2),
        "never": term("never", 3, last_search=None, total_results=None, last_outcome=""),
        "heat": term("heat", 9, held=1),
        "up": term("up", 8, last_outcome=Outcome.TOO_MANY),
        "spam": short("spam", 9, held=1, total=9, hidden=True),
    }
    work_out()
    return found
