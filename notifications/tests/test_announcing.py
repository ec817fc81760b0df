from datetime import UTC, datetime

import pytest
from django.utils import timezone

from movies.models import Movie, Outcome, Search, SearchTerm
from notifications import announcing

NOW = datetime(2026, 11, 22, 8, 14, tzinfo=UTC)


def test_a_new_term_keeps_its_wording():
    event = announcing.new_term(SearchTerm(pk=7, term="dune"))

    assert event.subject == "New Search Term"
    assert event.lines == ("A new search term was used: 'dune'",)
    assert event.dedup_key == "new_search_term:7"


def test_every_fill_of_a_film_is_an_event_of_its_own():
    movie = Movie(pk=7, imdb_id="tt1", title="Dune", year=2021, filled_at=NOW)
    first = announcing.filled(movie)
    movie.filled_at = timezone.now()

    second = announcing.filled(movie)

    assert first.dedup_key == f"movie_filled:7:{NOW.isoformat()}"
    assert second.dedup_key != first.dedup_key
    assert first.subject == "Film filled: Dune (2021)"


def test_a_film_filled_at_an_unknown_time_is_told_of_now():
    event = announcing.filled(Movie(pk=7, imdb_id="tt1", title="Dune"))

    assert event.dedup_key.startswith("movie_filled:7:20")


def test_a_failure_is_told_apart_by_task_exception_and_hour():
    keys = {
        announcing.failed_task(task, error, "words", now).dedup_key
        for task, error, now in [
            ("a", "ValueError", NOW),
            ("a", "ValueError", NOW.replace(minute=59)),
            ("a", "KeyError", NOW),
            ("b", "ValueError", NOW),
            ("a", "ValueError", NOW.replace(hour=9)),
        ]
    }

    assert len(keys) == 4


@pytest.mark.parametrize(
    ("outcome", "subject"),
    [
        (Outcome.REFUSED, "OMDb refuses our key"),
        (Outcome.OVER_BUDGET, "The day's OMDb calls are used up"),
    ],
)
def test_a_refusal_is_told_once_a_day(outcome, subject):
    event = announcing.refusal(Search(pk=7, outcome=outcome))

    assert event.subject == subject


@pytest.mark.parametrize(("outcome", "days"), [(Outcome.REFUSED, 1), (Outcome.OVER_BUDGET, 2)])
def test_calls_are_used_up_once_in_a_day_of_omdb_and_a_key_is_refused_in_one_of_the_site(
    monkeypatch, outcome, days
):
    keys = set()
    with timezone.override("America/Los_Angeles"):
        # At 15:00 and at 23:00, of two days of OMDb.
        for at in (datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC)):
            monkeypatch.setattr(timezone, "now", lambda at=at: at)
            keys.add(announcing.refusal(Search(pk=7, outcome=outcome)).dedup_key)

    assert len(keys) == days
    assert f"omdb_refused:{outcome}:2026-11-22" in keys
