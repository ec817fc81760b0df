"""Which of a term's films OMDb lists and we do not hold, and what it takes to fetch them."""

from django.conf import settings

from movies.models import SearchTerm
from movies.omdb import LAST_PAGE
from movies.omdb_records import PAGE_SIZE

# However many OMDb counts.
MOST_LISTED = LAST_PAGE * PAGE_SIZE


def missing(term: SearchTerm, held: int) -> int | None:
    """Return how many films another fetch would bring; None where nobody knows.

    After a whole answer that is none: what OMDb counts beyond its rows it does not list.
    """
    if term.is_short and term.total_results:
        return max(0, min(term.total_results, MOST_LISTED) - held)
    is_heard = settings.OMDB_DEMO or not term.answered_by_demo
    return 0 if term.last_search and not term.is_short and is_heard else None


def pages(term: SearchTerm) -> int:
    """Return how many pages, and calls, OMDb's answer for a term has: at least one.

    Every fetch begins with the first, whatever is held.
    """
    return max(1, -(-min(term.total_results or 0, MOST_LISTED) // PAGE_SIZE))
