"""What the first page reads, as a test sets it up."""

from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.html import strip_tags

from dashboard.front.sharing import Shared, shared_with
from dashboard.periods import view_of
from dashboard.ranks import refreshing
from dashboard.results.folding import fold_tasks
from dashboard.rollup import folding
from dashboard.tests import rows
from movies.models import Outcome, SearchTerm

# A Sunday, 10:35 in Berlin.
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def days_ago(*numbers: int, term: str = "dune", **facts: object) -> None:
    """Write a search on each of these days, an hour before NOW."""
    for number in numbers:
        rows.search(term, at=NOW - timedelta(days=number, hours=1), **facts)


def usual_weeks(count: int = 9) -> None:
    """Two periods in which nothing happens."""
    days_ago(*range(count * 7))


def shared(reader: User, **address: str) -> Shared:
    """Fold all, and return what the reader is shown."""
    fold()
    return shared_with(reader, view_of(address, TODAY), NOW)


def fold() -> None:
    """Fold all, as if that had been at NOW."""
    folding.fold()
    refreshing.RollUp.objects.update(figures_to=NOW)


def work_out() -> None:
    """Fold all, and work out the snapshots of the presets as they are today."""
    folding.fold()
    fold_tasks(timezone.now())
    refreshing.refresh_due(timezone.now())


def fill(days: int = 60) -> None:
    """Write a search of a new term and one of an old one on each day, and all else there is."""
    for day in reversed(range(days)):
        at = timezone.now() - timedelta(days=day)
        rows.search(f"term {SearchTerm.objects.count()}", at=at, outcome=Outcome.NOT_FOUND)
        rows.search("dune", at=at, films_found=3)
    rows.film()
    rows.notification("failed")
    rows.task_result("FAILURE")
    work_out()


def words(html: str) -> str:
    """Return what a reader reads of a page, beside its frame."""
    return " ".join(strip_tags(html[html.index("<main") :]).split())
