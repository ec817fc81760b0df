"""The tasks, run by real workers: what they do, and what is left when one is killed."""

import os
import signal
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from django_celery_results.models import TaskResult

from conftest import wait_until, watched
from movies import services, tasks
from movies.models import Movie, Origin, Outcome, RefillItem, Search
from movies.tests.omdb_server import Reply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def omdb_environment(omdb) -> dict[str, str]:
    return {"OMDB_URL": omdb.url, "OMDB_API_KEY": omdb.key}


def finished(search: Search) -> bool:
    search.refresh_from_db()
    return bool(search.outcome)


def succeeded(task: str) -> int:
    return TaskResult.objects.filter(task_name=task, status="SUCCESS").count()


def test_a_search_runs_in_a_worker_and_leaves_its_result(omdb, omdb_environment, start_worker):
    start_worker(**omdb_environment, **watched())

    search = services.request_search("blade runner", origin=Origin.VISITOR)
    wait_until(lambda: finished(search))

    assert search.outcome == Outcome.FETCHED
    # The mail about the new term is a task too, and may end before.
    wait_until(lambda: succeeded("movies.tasks.run_search") == 1)
    assert TaskResult.objects.get(task_name="movies.tasks.run_search").result == '"fetched"'


def test_a_search_made_while_the_broker_was_away_runs_when_it_is_back(
    omdb, omdb_environment, start_worker, broker
):
    search = services.request_search("blade runner", origin=Origin.VISITOR)
    broker.flushall()
    Search.objects.update(created_at=timezone.now() - timedelta(minutes=1))

    start_worker(**omdb_environment)
    tasks.sweep.delay()
    wait_until(lambda: finished(search))

    assert search.outcome == Outcome.FETCHED


def test_a_search_whose_worker_was_killed_is_finished_by_another(
    omdb, omdb_environment, start_worker
):
    omdb.script(Reply(delay=30))
    worker = start_worker(**omdb_environment)
    search = services.request_search("blade runner", origin=Origin.VISITOR)
    wait_until(lambda: omdb.calls)

    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    search.refresh_from_db()
    assert (search.outcome, search.attempts) == ("", 1)

    # The lease is two minutes; a test does not wait for it.
    Search.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    start_worker("--hostname", "second@%h", **omdb_environment)
    tasks.sweep.delay()
    wait_until(lambda: finished(search))

    assert (search.outcome, search.attempts) == (Outcome.FETCHED, 2)


def test_a_refill_is_worked_off_one_task_a_film(omdb, omdb_environment, start_worker):
    ids = ("tt0076759", "tt0080684", "tt0086190")
    movies = [Movie.objects.create(imdb_id=imdb_id, title=imdb_id) for imdb_id in ids]
    start_worker(**omdb_environment, **watched())

    refill = services.refill([movie.pk for movie in movies])
    wait_until(lambda: not RefillItem.objects.unfinished().exists())

    refill.refresh_from_db()
    assert refill.finished_at is not None
    assert set(refill.items.values_list("state", flat=True)) == {"changed"}
    wait_until(lambda: succeeded("movies.tasks.fill_refill_item") == 3)


def test_a_tick_that_finds_nothing_leaves_no_result(omdb_environment, start_worker, broker):
    start_worker(**omdb_environment, **watched())

    tasks.sweep.delay()
    search = services.request_search("blade runner", origin=Origin.VISITOR)
    wait_until(lambda: finished(search) and broker.llen("periodic") == 0)

    assert not TaskResult.objects.filter(task_name="movies.tasks.sweep").exists()


def test_the_key_is_in_no_stored_result_and_no_line_of_a_worker(
    omdb, omdb_environment, start_worker, capfd
):
    omdb.script(Reply.refusing("Invalid API key!", 401), when=lambda params: "s" in params)
    omdb.script(Reply(body=b"<html>"), when=lambda params: "i" in params, times=3)
    start_worker("--loglevel", "DEBUG", **omdb_environment)

    search = services.request_search("blade runner", origin=Origin.VISITOR)
    movie = Movie.objects.create(imdb_id="tt0076759", title="Star Wars")
    services.refill([movie.pk])
    wait_until(lambda: finished(search))
    # It is asked for again when OMDb sends data.
    wait_until(lambda: RefillItem.objects.exclude(message="").exists())
    for name in ("movies.tasks.run_search", "movies.tasks.fill_refill_item"):
        wait_until(partial(succeeded, name))

    rows = [*TaskResult.objects.values(), *Search.objects.values(), *RefillItem.objects.values()]
    assert search.outcome == Outcome.REFUSED
    assert omdb.key not in repr(rows)
    assert omdb.key not in "".join(capfd.readouterr())
