from datetime import timedelta

import pytest
from django.utils import timezone

from movies import services, tasks
from movies.models import Movie, Origin, Refill, RefillHold, RefillItem, Search
from movies.queueing import waiting
from movies.sweeping import SILENCE, sweep
from movies.tests.films import films

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(minutes=10)


def swept() -> str:
    return sweep(tasks.run_search, tasks.fill_refill_item)


def lost_search() -> Search:
    search = services.request_search("alien", origin=Origin.VISITOR)
    Search.objects.update(created_at=timezone.now() - LONG_AGO)
    return search


def lost_item() -> RefillItem:
    movie = Movie.objects.create(imdb_id="tt0076759", title="Star Wars")
    services.refill([movie.pk])
    return RefillItem.objects.get()


@pytest.mark.django_db(transaction=True)
def test_work_whose_message_was_lost_is_published_again(broker):
    lost_search()
    lost_item()
    broker.flushall()

    assert swept() == "1 searches, 1 re-fill items"
    assert (waiting("interactive"), waiting("bulk")) == (1, 1)


def test_while_messages_wait_no_second_one_is_published(broker):
    lost_search()
    swept()

    assert swept() == "0 searches, 0 re-fill items"
    assert waiting("interactive") == 1


def test_work_that_was_asked_for_just_now_is_left_to_its_message(broker):
    services.request_search("alien", origin=Origin.VISITOR)

    assert swept() == "0 searches, 0 re-fill items"


def test_work_that_a_worker_holds_is_left_alone(broker):
    search, item = lost_search(), lost_item()
    Search.objects.claim(search.pk)
    RefillItem.objects.claim(item.pk)

    assert swept() == "0 searches, 0 re-fill items"


def test_work_whose_worker_died_is_published_again_when_its_lease_is_over(broker):
    search, item = lost_search(), lost_item()
    Search.objects.claim(search.pk)
    RefillItem.objects.claim(item.pk)
    past = timezone.now() - timedelta(seconds=1)
    Search.objects.update(lease_until=past)
    RefillItem.objects.update(lease_until=past)

    assert swept() == "1 searches, 1 re-fill items"


def test_what_a_dead_worker_held_is_not_shown_as_running(broker):
    item = lost_item()
    RefillItem.objects.claim(item.pk)
    RefillItem.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    Refill.objects.update(paused_at=timezone.now())

    assert swept() == "0 searches, 0 re-fill items"
    item.refresh_from_db()
    assert (item.state, item.lease) == ("waiting", None)


def test_an_item_that_was_put_off_is_left_until_it_is_due(broker):
    lost_item()
    RefillItem.objects.update(due_at=timezone.now() + LONG_AGO)

    assert swept() == "0 searches, 0 re-fill items"


def test_after_an_outage_one_film_asks_before_all_do(broker):
    services.refill(films(lacking=3, complete=0))
    later = timezone.now() + LONG_AGO
    RefillHold.objects.create(pk=1, until=later, message="Away.", is_refused=False)

    Refill.objects.update(hinted_at=timezone.now() - SILENCE)

    assert swept() == "0 searches, 0 re-fill items"
    RefillHold.objects.update(until=timezone.now())
    assert swept() == "0 searches, 1 re-fill items"
    assert swept() == "0 searches, 0 re-fill items"
    RefillHold.objects.all().delete()
    assert swept() == "0 searches, 3 re-fill items"


@pytest.mark.parametrize("fact", ["paused_at", "cancelled_at"])
def test_a_refill_that_somebody_stopped_is_left_alone(broker, fact):
    lost_item()
    Refill.objects.update(**{fact: timezone.now()})

    assert swept() == "0 searches, 0 re-fill items"


def test_a_refill_waits_for_the_budget_and_goes_on_when_it_opens(broker, omdb, settings):
    lost_item()
    Refill.objects.update(out_of_budget_at=timezone.now())
    settings.OMDB_DAILY_LIMIT = 0

    assert swept() == "0 searches, 0 re-fill items"
    settings.OMDB_DAILY_LIMIT = 10
    assert swept() == "0 searches, 1 re-fill items"
    assert Refill.objects.get().out_of_budget_at is None


@pytest.mark.django_db(transaction=True)
def test_a_refill_that_is_silent_behind_a_long_queue_is_hinted_again(broker):
    lost_item()
    swept()

    assert swept() == "0 searches, 0 re-fill items"
    Refill.objects.update(hinted_at=timezone.now() - SILENCE)
    assert swept() == "0 searches, 1 re-fill items"


def test_a_film_that_was_put_back_while_its_refill_was_cancelled_is_cancelled(broker):
    item = lost_item()
    Refill.objects.update(cancelled_at=timezone.now())

    swept()

    item.refresh_from_db()
    assert item.state == "cancelled"
    assert item.refill.finished_at is not None
    assert item.refill.cancelled == 1


def test_a_joined_search_is_ended_by_its_leader_not_by_the_sweep(broker):
    lost_search()
    services.request_search("alien", origin=Origin.VISITOR)
    Search.objects.update(created_at=timezone.now() - LONG_AGO)

    assert swept() == "1 searches, 0 re-fill items"


def test_a_refill_whose_last_film_was_deleted_is_ended(broker):
    item = lost_item()
    item.movie.delete()

    swept()

    assert Refill.objects.get().finished_at is not None
