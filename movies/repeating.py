"""Search terms again because staff ask for it; pressed twice, one search is made."""

from datetime import timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from movies import services, shortfall
from movies.models import Origin, Search, SearchTerm

# A dialog left open: what is pressed within so long of a search is the same wish.
PRESSED_TWICE = timedelta(minutes=1)


def repeat(term: SearchTerm, user: User) -> tuple[Search, bool] | None:
    """Ask OMDb for `term` again, and write down who wanted it; return the search, and True.

    If it is being asked for already, or staff have just asked, return that search, and False.
    None if its text was erased.
    """
    with transaction.atomic():
        # Whoever presses twice, or at the same moment, waits here for the first search; and for
        # whoever erases it, after whom its text is another.
        term = SearchTerm.objects.select_for_update(no_key=True).get(pk=term.pk)
        if term.erased_at:
            return None
        if first := first_press(term):
            return first, False
        search = services.request_search(term.term, origin=Origin.STAFF, user=user, force=True)
        words = f"Searched again: search {search.pk}."
        LogEntry.objects.log_actions(user.pk, [term], CHANGE, words, single_object=True)
    return search, True


def first_press(term: SearchTerm) -> Search | None:
    """Return the search of `term` that runs, or that staff started just now and that has ended."""
    running = Q(outcome="", joined=None)
    just_now = Q(origin=Origin.STAFF, created_at__gt=timezone.now() - PRESSED_TWICE)
    return Search.objects.filter(running | just_now, term=term).first()


def calls_to_come() -> int:
    """Return about how many OMDb calls the searches that staff started have yet to make."""
    running = Search.objects.unfinished().filter(origin=Origin.STAFF, joined=None)
    return sum(
        max(0, (search.pages_total or shortfall.pages(search.term)) - search.pages_done)
        for search in running.select_related("term")
    )
