"""Write the sample history into the database of a demo, and continue it at a later start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from dashboard.days import days_between, end_of, site_date, start_of
from dashboard.sample import work
from dashboard.sample.films import write_film_days, write_films
from dashboard.sample.interests import dice, interests
from dashboard.sample.ledger import Batch, Ledger
from dashboard.sample.visits import Story
from movies.models import Hit, Movie, Origin, Search, SearchTerm

# Terms of searches are casefolded, so nobody can search for this one. It outlives retention,
# and says what it is to whoever finds it in a list. `created_at` is when the history was first
# written, and `last_search` is the moment up to which it is.
MARK = "SAMPLE HISTORY: THESE SEARCHES ARE INVENTED"
# The newest searches need a moment to end.
PATIENCE = timedelta(minutes=2)

# What an answer changes in a term.
ANSWERED = ("last_search", "last_outcome", "total_results")

type Progress = Callable[[int, int], None]


class NoPlaceForIt(Exception):
    """Say why invented searches may not be written into this database."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one call added; nothing if the history was there already."""

    first: date
    searches: int
    terms: int


def is_there() -> bool:
    """Return whether this database holds sample history, also when its searches are pruned."""
    return SearchTerm.objects.filter(term=MARK).exists()


def write(
    now: datetime, *, days: int, searches: int, seed: int, progress: Progress
) -> Written | None:
    """Write about `searches` searches of the last `days` days; return None if they are there.

    A later day's call goes on where the history ended. Each site day is a transaction of its
    own: what broke off is continued. Raises NoPlaceForIt unless the database is a demo's own.
    """
    mark, until = _mark(now, days), now - PATIENCE
    # Of a day that it has begun, the demo's own visitors make the rest.
    if _written_to(mark) > start_of(site_date(until)):
        return None
    today = site_date(mark.created_at)
    story = Story(seed, searches / days, today, interests(seed))
    terms = SearchTerm.objects.exclude(pk=mark.pk)
    ledger = Ledger(terms, Movie.objects.all(), today=today, until=until)
    known, first = len(ledger.terms), site_date(_written_to(mark))
    left = days_between(first, site_date(until))
    count = 0
    for number, day in enumerate(left, start=1):
        count += _write_day(day, story, ledger, mark, until)
        progress(number, len(left))
    work.write_refill(until)
    work.write_results()
    write_film_days(until)
    return Written(first, count, len(ledger.terms) - known)


def _mark(now: datetime, days: int) -> SearchTerm:
    if settings.ENVIRONMENT != "demo":
        raise NoPlaceForIt("Only a demo has a sample history: set ENVIRONMENT=demo, or make demo.")
    mark = SearchTerm.objects.filter(term=MARK).first()
    if mark is not None:
        return mark
    if any(model.objects.exists() for model in (Search, SearchTerm, Movie)):
        raise NoPlaceForIt(
            "This database holds searches or films of its own; a demo needs an empty one."
        )
    first = site_date(now) - timedelta(days=days - 1)
    return SearchTerm.objects.create(
        term=MARK,
        created_at=now,
        last_search=start_of(first),
        answered_by_demo=True,
        # Nobody is told of an imported term.
        origin=Origin.IMPORT,
        hidden=True,
    )


def _written_to(mark: SearchTerm) -> datetime:
    return mark.last_search or mark.created_at


@transaction.atomic
def _write_day(day: date, story: Story, ledger: Ledger, mark: SearchTerm, until: datetime) -> int:
    """Write what is missing of one day, and how far the history goes; return the searches."""
    written_to = _written_to(mark)
    visits = [visit for visit in story.visits(day) if written_to <= visit.at < until]
    # The rest of a day is another throw than its beginning, or searches would share their uuids.
    batch = ledger.enter(visits, dice(story.seed, "answers", written_to))
    _write_terms(batch)
    write_films(batch.new_films)
    Hit.objects.bulk_create(batch.hits)
    Search.objects.bulk_create(batch.searches)
    work.announce(batch.new_terms, until)
    mark.last_search = min(end_of(day), until)
    mark.save(update_fields=["last_search"])
    return len(batch.searches)


def _write_terms(batch: Batch) -> None:
    SearchTerm.objects.bulk_create(batch.new_terms)
    names = ("term", *ANSWERED)
    SearchTerm.objects.bulk_create(
        # Without their keys: an upsert is six times as quick as bulk_update().
        [SearchTerm(**{name: getattr(term, name) for name in names}) for term in batch.answered],
        update_conflicts=True,
        unique_fields=["term"],
        update_fields=ANSWERED,
    )
