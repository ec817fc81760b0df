from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from movies.models import (
    ActorSalt,
    FormerFirst,
    Genre,
    Hit,
    Movie,
    OmdbDay,
    Origin,
    Refill,
    RefillHold,
    RefillItem,
    Search,
    SearchTerm,
)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (Genre(name="Drama"), "Drama"),
        (Movie(title="Dune", year=2021), "Dune (2021)"),
        (Movie(title="Dune"), "Dune"),
        (SearchTerm(term="dune"), "dune"),
        (Search(pk=7), "Search 7"),
        (Hit(rank=3, movie_id=9), "3. 9"),
        (ActorSalt(day=date(2026, 11, 22)), "2026-11-22"),
        (OmdbDay(day=date(2026, 11, 22), calls=4), "2026-11-22: 4"),
        (Refill(pk=31), "Re-fill 31"),
        (RefillHold(message="OMDb failed."), "OMDb failed."),
        (RefillItem(refill_id=31, movie_id=9), "31/9"),
        (
            FormerFirst(term_id=3, at=datetime(2026, 11, 22, tzinfo=UTC)),
            "Term 3 at 2026-11-22 00:00:00+00:00",
        ),
    ],
)
def test_every_row_has_a_name(row, name):
    assert str(row) == name


def test_a_term_is_fresh_for_as_long_as_the_settings_say(settings):
    settings.SEARCH_FRESH_FOR = 3600
    term = SearchTerm(term="dune", answered_by_demo=settings.OMDB_DEMO, origin=Origin.VISITOR)
    assert not term.is_fresh()

    term.last_search = timezone.now() - timedelta(minutes=59)
    assert term.is_fresh()

    term.last_search = timezone.now() - timedelta(minutes=61)
    assert not term.is_fresh()
