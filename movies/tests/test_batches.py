"""What can be asked of re-fills, besides through the pages."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from movies import batches, filling, services
from movies.models import Movie, Refill, RefillItem
from movies.tests.films import films
from movies.tests.omdb_server import Reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(omdb) -> Refill:
    """A batch of three films of which the first two failed; it is done."""
    omdb.script(Reply.refusing("Error getting data."), times=2)
    pks = [
        Movie.objects.create(imdb_id=imdb_id, title="A film").pk
        for imdb_id in ("tt0076759", "tt0080684", "tt0086190")
    ]
    refill = services.refill(pks)
    for pk in items(refill):
        filling.run_item(pk)
    refill.refresh_from_db()
    assert (refill.failed, refill.changed) == (2, 1)
    assert refill.finished_at is not None
    return refill


def items(refill: Refill) -> list[int]:
    return list(refill.items.order_by("pk").values_list("pk", flat=True))


def test_films_that_failed_are_put_back_and_their_batch_goes_on(failed, admin_user):
    assert services.retry_items(items(failed), user=admin_user) == 2

    failed.refresh_from_db()
    assert (failed.finished_at, failed.failed, failed.open) == (None, 0, 2)
    assert failed.items.filter(state="waiting", attempts=0, message="").count() == 2

    for pk in items(failed):
        filling.run_item(pk)
    failed.refresh_from_db()
    assert (failed.changed, failed.failed) == (3, 0)
    assert failed.finished_at is not None


def test_what_was_put_back_already_is_left_alone(failed):
    services.retry_items(items(failed), user=None)

    assert services.retry_items(items(failed), user=None) == 0


def test_films_of_several_batches_are_put_back_together(failed, omdb):
    omdb.script(Reply.refusing("Error getting data."))
    other = services.refill(films(lacking=1, complete=0))
    filling.run_item(other.items.get().pk)

    assert services.retry_items(RefillItem.objects.values_list("pk", flat=True), user=None) == 3
    assert not Refill.objects.filter(finished_at__isnull=False).exists()


def test_what_another_refill_is_to_fetch_is_left_to_it(failed, admin_user):
    item = failed.items.filter(state="failed").first()
    other = services.refill([item.movie_id])

    cost = batches.retry_cost(failed)
    assert (cost.films, cost.under_way) == (1, 1)
    assert services.retry_items(items(failed), user=None) == 1

    item.refresh_from_db()
    assert item.state == "failed"
    batches.cancel_rest(other, admin_user)
    assert services.retry_items(items(failed), user=None) == 1


def test_what_was_cancelled_stays_so_when_what_failed_goes_on(failed):
    item = RefillItem.objects.filter(state="changed")
    item.update(state="cancelled")
    Refill.objects.recount()
    Refill.objects.update(cancelled_at=timezone.now())

    services.retry_items(items(failed), user=None)

    failed.refresh_from_db()
    assert (failed.cancelled_at, failed.cancelled) == (None, 1)


@pytest.mark.django_db(transaction=True)
def test_films_of_two_choices_made_at_once_are_fetched_once(broker):
    pks = films(lacking=4, complete=0)

    def start_too() -> None:
        services.refill(pks[1:])
        connection.close()

    other = threading.Thread(target=start_too)
    with transaction.atomic():
        services.refill(pks[:3])
        other.start()
        # It has to wait for this transaction.
        other.join(0.5)
    other.join(30)

    assert sorted(RefillItem.objects.values_list("movie", flat=True)) == sorted(pks)


def test_a_broken_off_film_leaves_its_words_behind(omdb):
    (pk,) = films(lacking=1, complete=0)
    item = services.refill([pk]).items.get()
    RefillItem.objects.update(attempts=3, message="It broke off: TypeError.")

    assert filling.run_item(item.pk) == "failed"
    item.refresh_from_db()
    assert item.message == "It broke off: TypeError."


def test_whether_a_film_is_under_way_is_looked_up_by_the_film():
    films = Movie.objects.bulk_create(Movie(imdb_id=f"tt{n:07}", title="Dune") for n in range(2000))
    with connection.cursor() as cursor:
        # What PostgreSQL knows of items is from before the re-fill, as when one is asked for twice.
        cursor.execute("ANALYZE")
    services.refill([film.pk for film in films])

    free = Movie.objects.not_under_way()

    assert not free.exists()
    assert "movies_refillitem_movie_id" in free.explain()
