"""Workers whose broker or database goes away, and workers that are told to stop."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.utils import timezone
from django_celery_results.models import TaskResult

from config.tests.resting import rest
from conftest import IS_LONG, database_environment, wait_until
from dashboard.flow.workers import workers
from dashboard.models import TaskHour

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = 12 if IS_LONG else 2
FROZEN = 60 if IS_LONG else 2
RESTARTS, CUTS = (6, 3) if IS_LONG else (1, 1)
# The worker notices a dead connection by a look every 25 s, at the latest.
BACK_WITHIN = 60
HERE = ("--include", "config.tests.resting")


def states() -> list[str]:
    return list(TaskResult.objects.order_by("pk").values_list("status", flat=True))


def rests() -> None:
    """Have a task run, and see its result."""
    done = len(states())
    rest.delay(0)
    wait_until(lambda: states() == ["SUCCESS"] * (done + 1), BACK_WITHIN)


def answers(broker: redis.Redis) -> bool:
    try:
        return bool(broker.ping())
    except redis.RedisError:
        return False


@pytest.mark.sqlite
@pytest.mark.timeout(600)
def test_a_worker_outlives_what_happens_to_its_broker(broker, start_worker):
    # As everywhere: where the broker goes while a message is not acknowledged, kombu may ask a
    # connection that it has closed already, and the worker ends in that error.
    start_worker(*HERE, is_kept=True)
    rests()

    for _ in range(RESTARTS):
        os.kill(broker.info("server")["process_id"], signal.SIGKILL)
        wait_until(lambda: answers(broker))
        rests()
    for _ in range(CUTS):
        broker.client_kill_filter(_type="normal", skipme=True)
        rests()
    server = broker.info("server")["process_id"]
    os.kill(server, signal.SIGSTOP)
    time.sleep(FROZEN)
    os.kill(server, signal.SIGCONT)
    rests()

    assert states() == ["SUCCESS"] * (1 + RESTARTS + CUTS + 1)


@pytest.mark.sqlite
def test_a_worker_that_is_told_to_stop_puts_back_what_it_cannot_finish(broker, start_worker):
    worker = start_worker(*HERE, REMAP_SIGTERM="SIGQUIT")
    rest.delay(60)
    wait_until(lambda: states() == ["STARTED"])

    worker.terminate()
    worker.wait(20)

    assert broker.llen("interactive") == 1
    assert broker.hlen("unacked") == 0


@pytest.fixture
def gate(tmp_path_factory) -> Path:
    """The folder of PostgreSQL's socket under another name, which can be taken away."""
    gate = tmp_path_factory.mktemp("gate") / "postgres"
    if connection.vendor == "postgresql":
        gate.symlink_to(connection.settings_dict["OPTIONS"]["host"])
    return gate


def url(gate: Path) -> str:
    """Return the address of the test database, of PostgreSQL's through the gate."""
    if connection.vendor == "sqlite":
        return database_environment()["DATABASE_URL"]
    return f"postgres://marquee@/{connection.settings_dict['NAME']}?host={gate}"


@contextmanager
def away(gate: Path) -> Iterator[None]:
    """Take the database away from the worker: nobody can connect, or on SQLite write."""
    if connection.vendor == "sqlite":
        with sqlite3.connect(connection.settings_dict["NAME"]) as database:
            database.execute("BEGIN IMMEDIATE")
            yield
        database.close()
        return
    gate.unlink()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    yield
    gate.symlink_to(connection.settings_dict["OPTIONS"]["host"])


def test_a_task_that_ends_while_the_database_is_away_keeps_its_result_and_is_counted_once(
    gate, start_worker
):
    start_worker(*HERE, DATABASE_URL=url(gate))
    rest.delay(1)
    wait_until(lambda: states() == ["STARTED"])

    with away(gate):
        time.sleep(AWAY)

    wait_until(lambda: states() == ["SUCCESS"], BACK_WITHIN)
    wait_until(TaskHour.objects.exists)
    assert list(TaskHour.objects.values_list("task", "runs", "failures")) == [(rest.name, 1, 0)]
    [worker] = workers(timezone.now())
    assert worker.is_alive
