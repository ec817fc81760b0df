from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.flow.version import VERSION
from dashboard.flow.workers import SILENT_AFTER, queues_without_worker, workers
from dashboard.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def told(name: str = "one@here", **facts: object) -> WorkerHeartbeat:
    now = timezone.now()
    known = {"started_at": now, "at": now, "concurrency": 2, "version": VERSION}
    return WorkerHeartbeat.objects.create(name=name, **known | facts)


def test_workers_stand_by_name_with_what_they_run():
    since = timezone.now() - SECOND
    running = [{"task": "movies.tasks.sweep", "about": None, "since": since.isoformat()}]
    told("two@here", queues=["bulk"], running=running)
    told("one@here")

    one, two = workers(timezone.now())

    assert (one.name, two.name) == ("one@here", "two@here")
    assert two.queues == ("bulk",)
    assert (two.running[0].task, two.running[0].since) == ("movies.tasks.sweep", since)


def test_a_worker_is_silent_half_a_minute_after_its_last_word():
    at = told().at

    assert not workers(at + SILENT_AFTER)[0].is_silent
    assert workers(at + SILENT_AFTER + SECOND)[0].is_silent


def test_one_that_stops_is_not_silent_while_it_finishes():
    at = told(stopping_at=timezone.now()).at

    assert not workers(at + SILENT_AFTER + SECOND)[0].is_silent
    assert workers(at + timedelta(minutes=11))[0].is_silent


def test_one_that_has_stopped_is_neither_silent_nor_alive():
    at = told(stopped_at=timezone.now()).at

    [worker] = workers(at + timedelta(hours=1))

    assert not worker.is_silent
    assert not worker.is_alive


def test_other_code_than_ours_is_seen():
    told(version="older")

    assert workers(timezone.now())[0].is_other_version


def test_a_queue_that_nobody_serves_is_named():
    told("one@here", queues=["interactive"])
    told("two@here", queues=["periodic"], stopped_at=timezone.now())

    assert queues_without_worker(workers(timezone.now())) == ["periodic", "bulk"]
