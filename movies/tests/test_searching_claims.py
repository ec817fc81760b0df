import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from movies import searching, services
from movies.models import Hit, Movie, Origin, Outcome, Search, SearchTerm
from movies.querysets import MAX_ATTEMPTS
from movies.tests.omdb_server import Reply
from movies.tests.searches import films, page, requested, run

pytestmark = pytest.mark.django_db


def test_a_search_is_run_once_however_often_it_is_handed_out(omdb):
    search = requested()
    run(search)
    asked = len(omdb.calls)

    assert searching.run(search.pk) == searching.NOT_MINE
    assert len(omdb.calls) == asked


def test_a_search_held_by_a_worker_is_not_taken():
    search = requested()
    assert Search.objects.claim(search.pk) is not None

    assert searching.run(search.pk) == searching.NOT_MINE


def test_a_search_whose_worker_died_is_run_again_and_keeps_its_films(omdb):
    omdb.script(page(*films(1, 10), total=20))
    omdb.script(page(*films(11, 10), total=20))
    search = requested()
    claimed = Search.objects.claim(search.pk)
    Movie.objects.create(imdb_id="tt0000001", title="Film 1", year=1999, kind="movie")
    Search.objects.filter(pk=claimed.pk).update(
        films_new=1, lease_until=timezone.now() - timedelta(seconds=1)
    )

    run(search)

    assert (search.outcome, search.attempts) == (Outcome.FETCHED, 2)
    assert (search.films_found, search.films_new) == (20, 20)


def test_a_search_that_breaks_off_every_time_ends_as_failed(omdb):
    search = requested()
    follower = requested()
    Search.objects.filter(pk=search.pk).update(attempts=MAX_ATTEMPTS)

    assert searching.run(search.pk) == Outcome.FAILED
    follower.refresh_from_db()
    assert follower.outcome == Outcome.FAILED
    assert not omdb.calls


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("text", ["alien", "zzyzzy"])
def test_a_worker_that_lost_its_lease_writes_nothing_more(omdb, text):
    search = requested(text)

    def lose_lease(params):
        Search.objects.filter(pk=search.pk).update(lease=None)
        connection.close()
        return False

    omdb.script(Reply(), when=lose_lease)

    assert searching.run(search.pk) == searching.NOT_MINE
    search.refresh_from_db()
    assert search.outcome == ""
    assert not Movie.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_searches_that_bring_the_same_films_do_not_deadlock(omdb):
    searches = [requested(text) for text in ("man", "night")]
    for _ in range(2):
        omdb.script(page(*films(1, 10)))

    def work(pk: int) -> None:
        searching.run(pk)
        connection.close()

    threads = [threading.Thread(target=work, args=(search.pk,)) for search in searches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    outcomes = set(Search.objects.values_list("outcome", flat=True))
    assert outcomes <= {Outcome.FETCHED, Outcome.NOTHING_NEW}
    assert Movie.objects.count() == 10
    assert Hit.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_two_people_searching_the_same_stale_term_at_once_cause_one_fetch(omdb):
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        services.request_search("alien", origin=Origin.VISITOR)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert Search.objects.count() == 8
    assert SearchTerm.objects.count() == 1
    assert Search.objects.filter(joined=None).count() == 1
