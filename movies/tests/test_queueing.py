import socket
import threading
import time

import pytest
from celery import current_app
from django.db import transaction

from movies import queueing
from movies.queueing import enqueue, enqueue_on_commit, lengths, waiting
from movies.tasks import run_search


@pytest.fixture
def broker_at(settings, monkeypatch):
    """Return a setter of the broker's address for publishing and for reading."""

    def use(url: str) -> None:
        settings.REDIS_URL = url
        monkeypatch.setitem(current_app.conf, "broker_url", url)
        monkeypatch.setitem(current_app.conf, "broker_write_url", url)

    return use


@pytest.fixture
def silent_server():
    """A server that accepts and never answers: its address, and whom it accepted."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = []

    def accept() -> None:
        while True:
            try:
                held.append(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0", held
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    for connection in held:
        connection.close()


def test_a_message_waits_in_its_queue(broker):
    assert enqueue(run_search, 7)

    assert waiting("interactive") == 1
    assert waiting("bulk") == 0


def test_nothing_is_published_before_the_commit(broker, transactional_db):
    with transaction.atomic():
        enqueue_on_commit(run_search, 7)
        assert waiting("interactive") == 0

    assert waiting("interactive") == 1


def test_a_rollback_publishes_nothing(broker, transactional_db):
    with transaction.atomic():
        enqueue_on_commit(run_search, 7)
        transaction.set_rollback(True)

    assert waiting("interactive") == 0


def test_a_broker_that_is_away_fails_nobody_and_opens_the_circuit(broker_at, caplog):
    broker_at("redis://127.0.0.1:1/0")

    assert not enqueue(run_search, 7)
    assert "waits in its row" in caplog.text
    assert waiting("interactive") == 0

    caplog.clear()
    assert not enqueue(run_search, 8)
    assert caplog.text == "", "while the circuit is open nobody tries"


def test_a_broker_that_hangs_is_given_up_and_then_left_alone(broker_at, silent_server):
    address, accepted = silent_server
    broker_at(address)

    assert not enqueue(run_search, 7)
    tried = len(accepted)
    assert not enqueue(run_search, 8)

    assert len(accepted) == tried >= 1
    assert lengths(["bulk"]) is None


def test_the_circuit_closes_by_itself(broker, monkeypatch):
    monkeypatch.setattr(queueing, "_closed_again_at", time.monotonic() + 0.05)
    assert not enqueue(run_search, 7)

    time.sleep(0.06)

    assert enqueue(run_search, 7)
