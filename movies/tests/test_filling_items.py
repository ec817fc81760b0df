from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from movies import ending, filling, services
from movies.filling import fill_movie_details
from movies.models import Movie, Refill, RefillItem
from movies.querysets import MAX_ATTEMPTS
from movies.signals import refill_finished
from movies.tests.omdb_server import Reply

pytestmark = pytest.mark.django_db

STAR_WARS = "tt0076759"


@pytest.fixture
def movie() -> Movie:
    return Movie.objects.create(imdb_id=STAR_WARS, title="Star Wars", year=1977)


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
def test_an_item_out_of_budget_keeps_its_attempts_and_holds_up_its_batch(
    omdb, movie, settings, spent_by
):
    if spent_by == "us":
        settings.OMDB_DAILY_LIMIT = 0
    else:
        omdb.script(Reply.refusing("Request limit reached!", 401))
    other = Movie.objects.create(imdb_id="tt0080684", title="Empire")
    item, second = refill_of(movie, other)

    assert filling.run_item(item.pk) == "waiting"

    item.refresh_from_db()
    assert (item.attempts, item.lease) == (0, None)
    assert item.refill.out_of_budget_at is not None
    assert filling.run_item(item.pk) == "not mine"
    assert filling.run_item(second.pk) == "not mine"


@pytest.mark.parametrize("fact", ["paused_at", "cancelled_at", "finished_at"])
def test_no_film_is_begun_of_a_batch_that_is_held_up(omdb, movie, fact):
    (item,) = refill_of(movie)
    Refill.objects.update(**{fact: timezone.now()})

    assert filling.run_item(item.pk) == "not mine"
    assert not omdb.calls


def test_each_call_is_counted_in_its_batch_though_it_fails(omdb, movie):
    omdb.script(Reply.refusing("Error getting data."))
    (item,) = refill_of(movie)

    filling.run_item(item.pk)

    assert Refill.objects.get().calls == len(omdb.calls) == 1


def test_calls_of_the_catalogue_are_none(movie):
    (item,) = refill_of(movie)

    filling.run_item(item.pk)

    assert Refill.objects.get().calls == 0


def test_an_item_that_breaks_off_says_how_and_is_tried_again(omdb, movie, monkeypatch):
    (item,) = refill_of(movie)
    monkeypatch.setattr(filling, "_fetch", None)

    for attempt in range(1, MAX_ATTEMPTS):
        with pytest.raises(TypeError):
            filling.run_item(item.pk)
        item.refresh_from_db()
        assert (item.state, item.attempts) == ("waiting", attempt)
        assert item.due_at > timezone.now()
        RefillItem.objects.update(due_at=timezone.now())
    with pytest.raises(TypeError):
        filling.run_item(item.pk)

    item.refresh_from_db()
    assert (item.state, item.message) == ("failed", "It broke off: TypeError.")
    assert item.refill.failed == 1


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
    movie.refresh_from_db()
    assert not movie.is_full_record


def test_an_item_that_breaks_off_every_time_ends_as_failed(omdb, movie):
    (item,) = refill_of(movie)
    RefillItem.objects.update(attempts=MAX_ATTEMPTS)

    assert filling.run_item(item.pk) == "failed"
    assert not omdb.calls


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

    ending.finish_refill(item.refill_id)

    item.refill.refresh_from_db()
    assert item.refill.finished_at == ended is not None
