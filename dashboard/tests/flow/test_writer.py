import threading
import time

from django.db import OperationalError

from conftest import wait_until
from dashboard.flow import writer
from dashboard.flow.writer import Writer


class Told:
    """What was written, and how the database refuses it."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.refusals = 0
        self.open = threading.Event()
        self.open.set()

    def write(self) -> None:
        self.open.wait(10)
        if self.refusals:
            self.refusals -= 1
            raise OperationalError("gone")
        self.times.append(time.monotonic())


def test_nothing_is_written_before_somebody_wakes_it():
    told = Told()
    one = Writer("test", told.write, seconds=60)

    one.wake()
    wait_until(lambda: told.times)
    time.sleep(0.05)

    assert len(told.times) == 1


def test_what_is_told_often_is_written_once_in_a_while():
    told = Told()
    one = Writer("test", told.write, seconds=0.3)

    for _ in range(50):
        one.wake()
        time.sleep(0.01)
    one.finish(5)

    assert 2 <= len(told.times) <= 4


def test_what_hurries_does_not_wait():
    told = Told()
    one = Writer("test", told.write, seconds=60)
    one.wake()
    wait_until(lambda: told.times)

    one.wake(at_once=True)
    wait_until(lambda: len(told.times) > 1, 5)

    assert len(told.times) == 2


def test_nobody_waits_for_a_database_that_hangs():
    told = Told()
    told.open.clear()
    one = Writer("test", told.write, seconds=0)

    began = time.monotonic()
    one.wake()
    one.wake(at_once=True)
    one.finish(0.1)

    assert time.monotonic() - began < 1
    told.open.set()
    wait_until(lambda: told.times)


def test_a_database_that_is_away_is_tried_again_and_logged_once(caplog, monkeypatch):
    monkeypatch.setattr(writer, "TRY_AGAIN_AFTER", 0.01)
    told = Told()
    told.refusals = 3
    one = Writer("test", told.write, seconds=60)

    one.wake()
    wait_until(lambda: told.times)

    assert caplog.messages == ["test waits for the database: gone"]


def test_the_last_word_is_written_even_after_a_refusal(monkeypatch):
    monkeypatch.setattr(writer, "TRY_AGAIN_AFTER", 0.01)
    told = Told()
    one = Writer("test", told.write, seconds=60)
    one.wake()
    wait_until(lambda: told.times)
    told.refusals = 2

    one.finish(5)

    assert len(told.times) == 2


def test_a_process_is_not_forked_in_the_middle_of_a_write(monkeypatch):
    monkeypatch.setattr(writer, "FORK_WAITS", 0.01)
    forks = writer.Forks()

    forks.before()
    assert forks.writing.locked()
    forks.in_parent()
    assert not forks.writing.locked()


def test_a_fork_does_not_wait_for_a_database_that_hangs(monkeypatch):
    monkeypatch.setattr(writer, "FORK_WAITS", 0.01)
    forks = writer.Forks()
    forks.writing.acquire()

    forks.before()
    forks.in_parent()
    assert forks.writing.locked(), "it is still the write's"
    forks.in_child()
    assert not forks.writing.locked(), "there the write does not go on"
