import threading

import pytest
from django.db import connection

from movies import calls, filling
from movies.filling import fill_imdb_id, fill_movie_details
from movies.models import Genre, Movie
from movies.omdb_errors import FilmNotFound, OmdbError
from movies.signals import movie_filled
from movies.tests.omdb_server import Reply

pytestmark = pytest.mark.django_db

STAR_WARS = "tt0076759"


@pytest.fixture
def movie() -> Movie:
    return Movie.objects.create(imdb_id=STAR_WARS, title="Star Wars", year=1977)


@pytest.fixture
def heard():
    """Every movie_filled that was announced."""
    heard = []
    movie_filled.connect(listener := lambda **facts: heard.append(facts))
    yield heard
    movie_filled.disconnect(listener)


def detail(**fields: str) -> Reply:
    facts = {"imdbID": STAR_WARS, "Title": "Star Wars", "Year": "1977", "Type": "movie"}
    return Reply.of(facts | fields | {"Response": "True"})


def test_a_fill_stores_the_details_and_makes_the_film_complete(omdb, movie):
    changes = fill_movie_details(movie)

    assert movie.is_full_record
    assert movie.filled_at is not None
    assert movie.runtime_minutes == 121
    assert list(movie.genres.values_list("name", flat=True)) == ["Action", "Adventure", "Fantasy"]
    assert {"field": "runtime_minutes", "before": None, "after": 121} in changes


def test_a_complete_film_is_not_fetched_again_unless_asked_to(omdb, movie, caplog):
    fill_movie_details(movie)
    asked = len(omdb.calls)

    assert fill_movie_details(movie) == []
    assert len(omdb.calls) == asked
    assert f"'{movie.title}' is already a full record." in caplog.text

    assert fill_movie_details(movie, force=True) == []
    assert len(omdb.calls) == asked + 1


def test_absent_details_are_stored_as_absent_not_as_a_genre_called_n_a(omdb, movie):
    omdb.script(detail(Runtime="N/A", Genre="N/A", Plot="N/A", Poster="N/A", Year="N/A"))

    fill_movie_details(movie)

    assert (movie.runtime_minutes, movie.plot, movie.poster_url, movie.year) == (None, "", "", None)
    assert not Genre.objects.exists()
    assert movie.is_full_record


@pytest.mark.parametrize("kind", ["series", "episode", "game"])
def test_a_fill_refuses_no_kind_of_title(omdb, movie, kind):
    omdb.script(detail(Type=kind, Year="2010\u20132015", Runtime="1 h 30 min"))

    fill_movie_details(movie)

    assert (movie.kind, movie.year, movie.end_year) == (kind, 2010, 2015)
    assert movie.runtime_minutes == 90


def test_a_failed_fill_leaves_the_film_as_it_was(omdb, movie):
    omdb.script(Reply.refusing("Error getting data."))

    with pytest.raises(OmdbError):
        fill_movie_details(movie)

    movie.refresh_from_db()
    assert not movie.is_full_record
    assert movie.title == "Star Wars"


def test_an_answer_about_another_film_is_not_stored(omdb, movie):
    omdb.script(detail(imdbID="tt0080684"))

    with pytest.raises(filling.AnotherFilm):
        fill_movie_details(movie)

    assert not Movie.objects.complete().exists()


def test_a_fill_that_breaks_off_in_the_middle_changes_nothing(omdb, movie, monkeypatch):
    movie.genres.add(Genre.objects.create(name="Western"))
    omdb.script(detail(Genre="Drama", Title="x" * 10))

    def break_off(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the worker was killed here")

    with monkeypatch.context() as patch:
        patch.setattr(filling, "announce", break_off)
        with pytest.raises(RuntimeError):
            fill_movie_details(movie)

    stored = Movie.objects.get()
    assert (stored.title, stored.is_full_record) == ("Star Wars", False)
    assert [genre.name for genre in stored.genres.all()] == ["Western"]


def test_a_fill_is_announced_once_after_the_commit(
    omdb, movie, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        fill_movie_details(movie)
        assert heard == []

    assert [(fact["movie"], fact["refill"], fact["sender"]) for fact in heard] == [
        (movie, None, fill_movie_details)
    ]


def test_a_receiver_that_fails_is_logged_and_vetoes_nothing(
    omdb, movie, caplog, django_capture_on_commit_callbacks
):
    def fail(**facts: object) -> None:
        raise ValueError("cannot hear")

    movie_filled.connect(fail)
    with django_capture_on_commit_callbacks(execute=True):
        fill_movie_details(movie)
    movie_filled.disconnect(fail)

    assert "cannot hear" in caplog.text
    assert Movie.objects.get().is_full_record


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_fill_the_same_film_one_announces(omdb, movie, heard):
    omdb.script(detail(Genre="Drama"), when=lambda params: False)
    barrier = threading.Barrier(2)

    def work() -> None:
        mine = Movie.objects.get()
        barrier.wait()
        fill_movie_details(mine)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(heard) == 1
    assert Movie.objects.get().is_full_record


def test_an_unknown_film_is_created_by_its_id(omdb):
    movie = fill_imdb_id("tt0080684", calls.spend_for_visitor)

    assert (movie.title, movie.is_full_record) == (
        "Star Wars: Episode V - The Empire Strikes Back",
        True,
    )


def test_an_id_omdb_does_not_know_creates_nothing(omdb):
    omdb.script(Reply.refusing("Movie not found!"))

    with pytest.raises(FilmNotFound):
        fill_imdb_id("tt9999999", calls.spend_for_visitor)

    assert not Movie.objects.exists()
