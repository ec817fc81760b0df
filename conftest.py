"""What the tests of every app share: a real Redis, real workers, a fake OMDb, people."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import redis
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection

from config import embedded_redis, kept
from config.tests.environment import FOLDER, UNWATCHED
from movies import queueing
from movies.tests.omdb_server import OmdbServer

# Set by `make verify`: more examples and longer outages than the suite has the time for.
IS_LONG = "LONG" in os.environ


def pytest_configure() -> None:
    # Or every test client would look through all static files first.
    django_settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_finish() -> None:
    """Leave modules and tests out of each search for garbage, and search less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


# Which parts of the suite this process runs, all of them by default: what waits for other
# processes, and of the rest what is the dashboard's and what is not.
PARTS = os.environ.get("PARTS", "waiting dashboard others").split()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to others what is not of this part; to SQLite what asks no database, being the same."""
    others = [item for item in items if not _is_wanted(item)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if _is_wanted(item)]


def _is_wanted(item: pytest.Item) -> bool:
    if _part_of(item) not in PARTS:
        return False
    return connection.vendor == "sqlite" or _asks_database(item)


def _part_of(item: pytest.Item) -> str:
    if _waits(item):
        return "waiting"
    return "dashboard" if item.nodeid.startswith("dashboard/") else "others"


def _waits(item: pytest.Item) -> bool:
    """Return whether a test commits what it writes: mostly so that other processes see it."""
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(
        marker and marker.kwargs.get("transaction")
    )


def _asks_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return (
        item.get_closest_marker("django_db") is not None
        or "db" in fixtures
        or ("transactional_db" in fixtures)
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Keep the test database in a file: the workers' processes read it too."""
    if connection.vendor == "sqlite":
        django_settings.DATABASES["default"]["TEST"]["NAME"] = str(FOLDER / "test.sqlite3")


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _closed_circuit(monkeypatch) -> None:
    """No test finds the broker's circuit open because of the one before it."""
    monkeypatch.setattr(queueing, "_closed_again_at", 0.0)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test reads badges or figures that the one before it counted."""
    cache.clear()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[redis.Redis]:
    server = embedded_redis.start(FOLDER)
    with redis.Redis(unix_socket_path=str(FOLDER / "redis.sock")) as client:
        yield client
    kept.stop(server)


@pytest.fixture
def broker(redis_server: redis.Redis) -> Iterator[redis.Redis]:
    """A real, empty Redis."""
    redis_server.flushall()
    yield redis_server
    redis_server.flushall()


@pytest.fixture
def start_worker(broker, transactional_db) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start real Celery workers on the test database; they end with the test."""
    started: list[subprocess.Popen[bytes]] = []
    # These have yet to say which lines they ran.
    listened_to: list[subprocess.Popen[bytes]] = []

    def start(*options: str, is_kept: bool = False, **environment: str) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2"]
        words += ["--loglevel", "WARNING", "--without-mingle", "--without-gossip", *options]
        worker = subprocess.Popen(
            ["/bin/sh", "-c", kept.kept('"$@"'), "kept", *words] if is_kept else words,
            env={**os.environ, **database_environment(), **environment},
            start_new_session=True,
        )
        started.append(worker)
        if any(environment.get(name) for name in UNWATCHED):
            listened_to.append(worker)
        wait_until(lambda: broker.exists("_kombu.binding.celery.pidbox"))
        return worker

    yield start
    for worker in started:
        _end(worker, gently=worker in listened_to)


def _end(worker: "subprocess.Popen[bytes]", *, gently: bool) -> None:
    if gently and worker.poll() is None:
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(20)
    # To end by itself takes a worker seconds; its children are of its group.
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def database_environment() -> dict[str, str]:
    """Return what makes another process, of which nobody watches the lines, use this database."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{name}"} | UNWATCHED
    url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")
    return {"DATABASE_URL": url} | UNWATCHED


def watched() -> dict[str, str]:
    """Return what has the lines watched that a process runs, if this one is watched."""
    return {name: os.environ.get(name, "") for name in UNWATCHED}


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Return once `condition()` is true; fail the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def omdb(settings) -> Iterator[OmdbServer]:
    """A fake OMDb over a real socket, which the settings name."""
    with OmdbServer() as server:
        settings.OMDB_URL = server.url
        settings.OMDB_API_KEY = server.key
        settings.OMDB_DEMO = False
        yield server


@pytest.fixture
def staff(db) -> User:
    return User.objects.create_user("sam", password="sam", is_staff=True)


@pytest.fixture
def member(db) -> Callable[[str], User]:
    """Return a maker of staff who belong to a group: member("Viewers")."""

    def make(group: str) -> User:
        user = User.objects.create_user(f"a {group[:-1].lower()}", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        return user

    return make
