"""Processes of their own, which a test may kill."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from conftest import database_environment

type Starting = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(transactional_db) -> Iterator[Starting]:
    """Return a starter of `manage.py` on the test database; what it started ends with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*words: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *words],
            env={**os.environ, **database_environment(), **environment},
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def start_relay(start, smtp) -> Callable[[], subprocess.Popen[bytes]]:
    """Return a starter of one pass of the relay, which mails to the server of the test."""
    return lambda: start(
        "relay_notifications",
        "--once",
        EMAIL_URL=f"smtp://127.0.0.1:{smtp.port}",
        ADMINS="Ann <ann@example.org>, Bob <bob@example.org>",
    )
