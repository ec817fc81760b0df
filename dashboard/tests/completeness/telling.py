"""What a test needs of a period: searches, folded and told of."""

from datetime import timedelta

from dashboard import trends
from dashboard.completeness import kept
from dashboard.completeness.kept import Kept
from dashboard.completeness.reading import Completeness, told
from dashboard.completeness.weeks import keep_weeks
from dashboard.periods import view_of
from dashboard.tests import rows
from dashboard.tests.reading import NOW, TODAY, fold
from movies.models import SearchTerm


def searches(terms: str, days_ago: int = 0, **facts: object) -> None:
    """Write a search for each letter, in this order, an hour before NOW on a day."""
    for term in terms:
        rows.search(term, at=NOW - timedelta(days=days_ago, hours=1), **facts)


def known(term: str, *, films: int | None, held: int) -> None:
    """Have OMDb count so many films of a term, of which so many are held."""
    found = SearchTerm.objects.get(term=term)
    SearchTerm.objects.filter(pk=found.pk).update(total_results=films)
    for rank in range(1, held + 1):
        found.hits.create(movie=rows.film(), rank=rank, seen_by="0" * 32)


def tell(**address: str) -> Completeness:
    """Fold all as if that had been at NOW, and return what is known of a view."""
    fold()
    keep_weeks()
    view = view_of(address, TODAY)
    worked_out = kept.work_out(view.first, view.last, NOW, everyone=view.everyone)
    return told(view, trends.read(view, NOW), NOW, Kept.read(worked_out, NOW))
