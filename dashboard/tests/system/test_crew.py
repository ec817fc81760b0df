from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.flow.version import VERSION
from dashboard.models import WorkerHeartbeat
from dashboard.system import crew
from dashboard.system.lines import State
from notifications import health

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ALL = ["interactive", "periodic", "bulk"]


def worker(name: str = "one@here", ago: timedelta = SECOND, **facts: object) -> None:
    at = NOW - ago
    known = {"at": at, "started_at": at, "concurrency": 2, "version": VERSION, "queues": ALL}
    WorkerHeartbeat.objects.create(name=name, **known | facts)


def beaten(ago: timedelta, **more: str) -> None:
    started = (NOW - MINUTE).isoformat()
    health.beat("beat", NOW - ago, started_at=started, version=VERSION, **more)


def test_where_no_worker_was_ever_heard_of_nothing_is_known_and_no_queue_is_served():
    line = crew.workers_are_heard(NOW)

    assert (line.state, line.words) == (State.UNKNOWN, "none is heard of")
    assert crew.queues_are_served(NOW).words == "nobody serves interactive, periodic, bulk"


def test_workers_that_tell_of_themselves_are_fine_and_counted():
    worker("one@here", queues=["interactive"])
    worker("two@here", queues=["periodic", "bulk"])

    line = crew.workers_are_heard(NOW)

    assert (line.state, line.words) == (State.FINE, "2 are heard of")
    assert [figure.value for figure in line.figures] == [2]
    assert crew.queues_are_served(NOW).state == State.FINE


def test_a_worker_that_fell_silent_is_named_with_the_moment():
    worker("one@here", 3 * MINUTE)
    worker("two@here", started_at=NOW - 9 * MINUTE)

    line = crew.workers_are_heard(NOW)

    assert (line.state, line.words) == (State.BROKEN, "one@here silent")
    assert line.since == NOW - 3 * MINUTE


def test_a_worker_that_another_one_has_taken_the_place_of_is_not_missed():
    worker("old@there", 3 * MINUTE)
    worker("new@here", started_at=NOW - MINUTE)

    assert crew.workers_are_heard(NOW).state == State.FINE


def test_a_worker_killed_after_its_successor_had_started_is_not_missed():
    worker("old@there", 3 * MINUTE, started_at=NOW - 9 * MINUTE)
    worker("new@here", started_at=NOW - 4 * MINUTE)

    assert crew.workers_are_heard(NOW).state == State.FINE


def test_a_worker_is_missed_whose_successor_serves_not_all_of_its_queues():
    worker("old@there", 3 * MINUTE, started_at=NOW - 9 * MINUTE)
    worker("new@here", started_at=NOW - 4 * MINUTE, queues=["interactive"])

    assert crew.workers_are_heard(NOW).words == "old@there silent"


def test_a_queue_that_nobody_serves_is_broken_though_others_are_served():
    worker(queues=["interactive", "periodic"])

    line = crew.queues_are_served(NOW)

    assert (line.state, line.words, line.since) == (State.BROKEN, "nobody serves bulk", None)


def test_a_queue_is_without_a_worker_since_its_last_one_was_heard_of():
    worker("one@here", 9 * MINUTE)
    worker("two@here", 3 * MINUTE, queues=["bulk"])

    assert crew.queues_are_served(NOW).since == NOW - 3 * MINUTE


def test_a_worker_on_other_code_is_broken():
    worker(version="old")

    line = crew.workers_are_heard(NOW)

    assert (line.state, line.words) == (
        State.BROKEN,
        "one@here on other code than this web server",
    )


def test_a_beat_that_ticks_is_fine():
    assert crew.beat(NOW).state == State.UNKNOWN

    beaten(2 * SECOND)

    assert (crew.beat(NOW).state, crew.beat(NOW).words) == (State.FINE, "ticked 2.0 s ago")


def test_a_beat_that_was_stopped_or_fell_silent_is_broken_since_then():
    beaten(MINUTE)
    silent = crew.beat(NOW)
    beaten(SECOND, stopped_at=(NOW - SECOND).isoformat())
    stopped = crew.beat(NOW)

    assert (silent.state, silent.words, silent.since) == (State.BROKEN, "silent", NOW - MINUTE)
    assert (stopped.words, stopped.since) == ("stopped", NOW - SECOND)
