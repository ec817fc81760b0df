from datetime import timedelta

import pytest
from django.utils import timezone

from movies import calls, searching, services, shortfall
from movies.models import Movie, OmdbDay, Origin, Outcome, SearchTerm
from movies.signals import search_finished
from movies.tests.omdb_server import Reply
from movies.tests.searches import films, page, requested, run

pytestmark = pytest.mark.django_db


def test_films_are_kept_in_omdbs_rank(omdb):
    omdb.script(page(("tt0000002", "B", "1999"), ("tt0000001", "A", "N/A")))

    search = run(requested())

    assert [hit.movie.title for hit in search.term.hits.all()] == ["B", "A"]
    assert (search.outcome, search.films_found, search.films_new) == (Outcome.FETCHED, 2, 2)
    assert (search.pages_done, search.pages_total, search.calls) == (1, 1, 1)
    assert Movie.objects.get(title="A").year is None
    assert search.term.hits.first().movie.is_full_record is False


def test_the_original_log_lines_are_written(omdb, caplog):
    caplog.set_level("INFO")
    omdb.script(page(("tt0000001", "A", "1999")))

    run(requested())

    for line in (
        "Performing a search for 'alien'",
        "Fetching page 1",
        "Saving movie: 'A' / 'tt0000001'",
        "Movie created: 'A'",
    ):
        assert line in caplog.text


def test_a_search_without_films_is_an_answer(omdb):
    search = run(requested("zzyzzy"))

    term = SearchTerm.objects.get()
    assert search.outcome == Outcome.NOT_FOUND
    assert term.last_search is not None
    assert term.last_outcome == Outcome.NOT_FOUND
    assert term.total_results == 0


def test_known_films_bring_nothing_new_but_omdbs_new_title_and_year(omdb):
    omdb.script(page(("tt0000001", "Old title", "1999")))
    run(requested())
    omdb.script(page(("tt0000001", "New title", "2000")))

    search = run(requested())

    movie = Movie.objects.get()
    assert search.outcome == Outcome.NOTHING_NEW
    assert (movie.title, movie.year) == ("New title", 2000)


def test_a_complete_answer_replaces_the_one_before_it(omdb):
    omdb.script(page(*films(1, 2)))
    run(requested())
    omdb.script(page(*films(2, 2)))

    search = run(requested())

    ranked = [(hit.rank, hit.movie.title) for hit in search.term.hits.all()]
    assert ranked == [(1, "Film 2"), (2, "Film 3")]
    assert Movie.objects.count() == 3, "the film itself stays"


def test_a_failure_on_page_seven_keeps_pages_one_to_six_and_says_so(omdb):
    for number in range(6):
        omdb.script(page(*films(10 * number, 10), total=70))
    omdb.script(Reply(status=503, body=b"<html>busy</html>"), times=3)

    search = run(requested())

    assert search.outcome == Outcome.FAILED
    assert search.message
    assert (search.films_found, search.pages_done, search.pages_total) == (60, 6, 7)
    assert search.term.hits.count() == Movie.objects.count() == 60
    assert (search.term.is_short, search.term.total_results) == (True, 70)
    assert (shortfall.missing(search.term, 60), shortfall.pages(search.term)) == (10, 7)


def test_a_whole_answer_ends_what_a_failure_left_open(omdb, settings):
    settings.OMDB_DAILY_LIMIT = 1
    omdb.script(page(*films(1, 10), total=20))
    run(requested())
    settings.OMDB_DAILY_LIMIT = 10
    omdb.script(page(*films(1, 10), total=11))
    omdb.script(page(*films(11, 1), total=11))

    term = run(requested()).term

    term.refresh_from_db()
    assert (term.is_short, term.total_results) == (False, 11)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply.refusing("Invalid API key!", 401), Outcome.REFUSED),
        (Reply.refusing("No API key provided.", 401), Outcome.REFUSED),
        (Reply.refusing("Request limit reached!", 401), Outcome.OVER_BUDGET),
        (Reply.refusing("Error getting data."), Outcome.FAILED),
        (Reply(status=503, body=b"<html>"), Outcome.FAILED),
        (Reply(body=b"[]"), Outcome.FAILED),
    ],
)
def test_a_failed_search_does_not_poison_the_term(omdb, reply, outcome):
    omdb.script(reply, times=3)

    search = run(requested())

    assert search.outcome == outcome
    term = SearchTerm.objects.get()
    assert (term.last_search, term.is_short, term.total_results) == (None, False, None)
    assert requested().outcome == "", "the next search asks again"


def test_too_many_results_is_an_answer(omdb):
    omdb.script(Reply.refusing("Too many results."))

    assert run(requested("up")).outcome == Outcome.TOO_MANY
    assert services.request_search("up", origin=Origin.VISITOR).outcome == Outcome.CACHED


def test_a_spent_day_ends_a_search_and_keeps_what_came_before(omdb, settings):
    settings.OMDB_DAILY_LIMIT = 1
    omdb.script(page(*films(1, 10), total=20))

    search = run(requested())

    assert (search.outcome, search.films_found, search.calls) == (Outcome.OVER_BUDGET, 10, 1)
    assert len(omdb.calls) == 1


def test_omdbs_own_limit_closes_the_day(omdb):
    omdb.script(Reply.refusing("Request limit reached!", 401))

    run(requested())

    assert calls.budget().left == 0
    assert run(requested("other")).outcome == Outcome.OVER_BUDGET
    assert len(omdb.calls) == 1


def test_a_probe_that_is_answered_opens_the_day_for_the_next_page(omdb):
    OmdbDay.objects.create(
        day=calls.omdb_day(),
        calls=5,
        refused_at=timezone.now(),
        last_probe=timezone.now() - timedelta(minutes=61),
    )
    omdb.script(page(*films(1, 10), total=20))
    omdb.script(page(*films(11, 10), total=20))

    assert run(requested()).outcome == Outcome.FETCHED
    assert calls.budget().left == 1000 - 7


def test_a_search_that_takes_too_long_stops_and_keeps_what_it_has(omdb, monkeypatch):
    monkeypatch.setattr(searching, "LONGEST_SEARCH", -1.0)
    omdb.script(page(*films(1, 10), total=20))

    search = run(requested())

    assert (search.outcome, search.films_found) == (Outcome.FAILED, 10)
    assert "too slow" in search.message


def test_every_end_is_announced_for_the_search_and_who_joined_it(
    omdb, django_capture_on_commit_callbacks
):
    search, follower = requested(), requested()
    heard = []
    search_finished.connect(listener := lambda search, **_: heard.append(search.pk))

    with django_capture_on_commit_callbacks(execute=True):
        searching.run(search.pk)

    search_finished.disconnect(listener)
    assert sorted(heard) == [search.pk, follower.pk]


def test_a_row_without_facts_takes_nothing_from_a_known_film(omdb):
    poster = "https://m.media-amazon.com/a.jpg"
    Movie.objects.create(imdb_id="tt0000001", title="A", year=1999, kind="movie", poster_url=poster)
    omdb.script(Reply.of({"Search": [{"imdbID": "tt0000001", "Title": "A"}], "Response": "True"}))

    run(requested())

    movie = Movie.objects.get()
    assert (movie.year, movie.kind, movie.poster_url) == (1999, "movie", poster)


def test_a_probe_that_is_answered_too_broad_opens_the_day(omdb):
    OmdbDay.objects.create(
        day=calls.omdb_day(),
        refused_at=timezone.now(),
        last_probe=timezone.now() - timedelta(minutes=61),
    )
    omdb.script(Reply.refusing("Too many results."))

    assert run(requested("up")).outcome == Outcome.TOO_MANY
    assert not calls.budget().is_refused
