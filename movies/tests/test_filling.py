import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from movies import calls, filling, services
from movies.filling import fill_imdb_id, fill_movie_details
from movies.models import Genre, Movie, RefillItem
from movies.omdb_errors import FilmNotFound, OmdbError
from movies.querysets import MAX_ATTEMPTS
from movies.signals import movie_filled, refill_finished
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


def refill_of(*movies: Movie, **options) -> list[RefillItem]:
    return list(services.refill([movie.pk for movie in movies], **options).items.all())


def test_an_item_says_what_changed_and_the_last_one_ends_the_refill(
    omdb, movie, django_capture_on_commit_callbacks
):
    other = Movie.objects.create(imdb_id="tt0080684", title="Empire")
    first, second = refill_of(movie, other)
    ended = []
    refill_finished.connect(listener := lambda refill, **_: ended.append(refill))

    with django_capture_on_commit_callbacks(execute=True):
        assert filling.run_item(first.pk) == "changed"
    assert ended == []
    with django_capture_on_commit_callbacks(execute=True):
        assert filling.run_item(second.pk) == "changed"

    refill_finished.disconnect(listener)
    first.refresh_from_db()
    assert ended == [first.refill]
    assert first.refill.finished_at is not None
    assert "runtime_minutes" in {change["field"] for change in first.changes}


def test_a_complete_film_of_a_refill_is_asked_again_and_may_be_unchanged(omdb, movie):
    fill_movie_details(movie)
    (item,) = refill_of(movie, include_complete=True)

    assert filling.run_item(item.pk) == "unchanged"


def test_an_item_that_fails_says_why(omdb, movie):
    omdb.script(Reply.refusing("Error getting data."))
    (item,) = refill_of(movie)

    assert filling.run_item(item.pk) == "failed"
    item.refresh_from_db()
    assert item.message
    assert item.refill.finished_at is not None


@pytest.mark.parametrize("spent_by", ["us", "omdb"])
def test_an_item_out_of_budget_waits_and_keeps_its_attempts(omdb, movie, settings, spent_by):
    if spent_by == "us":
        settings.OMDB_DAILY_LIMIT = 0
    else:
        omdb.script(Reply.refusing("Request limit reached!", 401))
    (item,) = refill_of(movie)

    assert filling.run_item(item.pk) == "waiting"

    item.refresh_from_db()
    assert (item.attempts, item.lease) == (0, None)
    assert abs(item.due_at - calls.budget().refills_open_at) < timedelta(seconds=5)
    assert filling.run_item(item.pk) == "not mine", "it is not due"


def test_an_item_held_by_a_worker_is_not_taken_until_its_lease_is_over(omdb, movie):
    (item,) = refill_of(movie)
    RefillItem.objects.claim(item.pk)
    assert filling.run_item(item.pk) == "not mine"

    RefillItem.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert filling.run_item(item.pk) == "changed"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_item_does_not_end_it(omdb, movie):
    (item,) = refill_of(movie)

    def lose_lease(params):
        RefillItem.objects.update(lease=None)
        connection.close()
        return False

    omdb.script(Reply(), when=lose_lease)

    assert filling.run_item(item.pk) == "not mine"
    item.refresh_from_db()
    assert item.state == "running"


def test_an_item_that_breaks_off_every_time_ends_as_failed(omdb, movie):
    (item,) = refill_of(movie)
    RefillItem.objects.update(attempts=MAX_ATTEMPTS)

    assert filling.run_item(item.pk) == "failed"
    assert not omdb.calls


def test_an_item_waits_out_an_outage_and_then_fails(omdb, movie):
    omdb.script(Reply(status=503, body=b""), times=None)
    (item,) = refill_of(movie)

    for attempt in range(1, MAX_ATTEMPTS):
        assert filling.run_item(item.pk) == "waiting"
        item.refresh_from_db()
        assert item.attempts == attempt
        assert item.due_at > timezone.now() + timedelta(minutes=4)
        assert "503" in item.message
        RefillItem.objects.update(due_at=timezone.now())

    assert filling.run_item(item.pk) == "failed"


def test_a_film_that_is_complete_by_now_costs_its_item_no_call(omdb, movie):
    (item,) = refill_of(movie)
    Movie.objects.update(is_full_record=True)

    assert filling.run_item(item.pk) == "unchanged"
    assert not omdb.calls


def test_a_refill_is_ended_once(omdb, movie):
    (item,) = refill_of(movie)
    filling.run_item(item.pk)
    item.refill.refresh_from_db()
    ended = item.refill.finished_at

    filling.finish_refill(item.refill_id)

    item.refill.refresh_from_db()
    assert item.refill.finished_at == ended is not None
