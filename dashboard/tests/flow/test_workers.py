from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.flow.workers import SILENT_AFTER, queues_without_worker, workers
from dashboard.tests.flow.flowing import worker

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_workers_stand_by_name_with_what_they_run():
    since = timezone.now() - SECOND
    running = [{"task": "movies.tasks.sweep", "about": None, "since": since.isoformat()}]
    worker("two@here", queues=["bulk"], running=running)
    worker("one@here")

    one, two = workers(timezone.now())

    assert (one.name, two.name) == ("one@here", "two@here")
    assert two.queues == ("bulk",)
    assert (two.running[0].task, two.running[0].since) == ("movies.tasks.sweep", since)


def test_a_worker_is_silent_half_a_minute_after_its_last_word():
    at = worker().at

    assert not workers(at + SILENT_AFTER)[0].is_silent
    assert workers(at + SILENT_AFTER + SECOND)[0].is_silent


def test_one_that_stops_is_not_silent_while_it_finishes():
    at = worker(stopping_at=timezone.now()).at

    assert not workers(at + SILENT_AFTER + SECOND)[0].is_silent
    assert workers(at + timedelta(minutes=11))[0].is_silent


def test_one_that_has_stopped_is_neither_silent_nor_alive():
    at = worker(stopped_at=timezone.now()).at

    [ended] = workers(at + timedelta(hours=1))

    assert not ended.is_silent
    assert not ended.is_alive


def test_other_code_than_ours_is_seen():
    worker(version="older")

    assert workers(timezone.now())[0].is_other_version


def test_a_queue_that_nobody_serves_is_named():
    worker("one@here", queues=["interactive"])
    worker("two@here", queues=["periodic"], stopped_at=timezone.now())

    assert queues_without_worker(workers(timezone.now())) == ["periodic", "bulk"]
