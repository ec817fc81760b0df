import threading
from contextlib import ExitStack

import pytest
from django.db import OperationalError, connection

from dashboard.system import bounds
from dashboard.system.bounds import brief_statements, within
from dashboard.tests.system.away import away


def test_what_answers_in_time_is_answered():
    assert within(5, "quick", lambda: 3) == 3


def test_what_fails_fails_for_whoever_asked():
    with pytest.raises(ZeroDivisionError):
        within(5, "failing", lambda: 1 // 0)


def test_what_hangs_is_given_up_and_not_asked_a_second_time():
    asked, released = [], threading.Event()

    def hang() -> None:
        asked.append(1)
        released.wait(20)

    for _ in range(3):
        with pytest.raises(TimeoutError):
            within(0.01, "hanging", hang)
    released.set()

    assert asked == [1]


def setting() -> str:
    name = "PRAGMA busy_timeout" if connection.vendor == "sqlite" else "SHOW statement_timeout"
    with connection.cursor() as cursor:
        cursor.execute(name)
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_statements_are_brief_inside_and_as_ever_after():
    before = setting()

    with brief_statements():
        assert setting() in ("1000", "1s")

    assert setting() == before


@pytest.mark.django_db
def test_what_fails_inside_is_no_less_brief_and_leaves_no_trace():
    before = setting()

    with pytest.raises(ZeroDivisionError), brief_statements():
        raise ZeroDivisionError

    assert setting() == before


@pytest.mark.django_db
def test_a_connection_that_breaks_inside_hides_nothing_of_what_happened():
    with ExitStack() as broken:

        def break_off() -> None:
            with brief_statements():
                broken.enter_context(connection.execute_wrapper(away))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            break_off()
    # In a test the connection lives on, and other tests use it.
    with brief_statements():
        assert setting() in ("1000", "1s")


@pytest.mark.django_db(transaction=True)
def test_a_server_that_says_nothing_is_given_up(monkeypatch):
    if connection.vendor == "sqlite":
        # A file does not fall silent.
        assert bounds.hang_up(connection) is None
        return
    monkeypatch.setattr(bounds, "SILENCE", 0.1)

    with pytest.raises(OperationalError), brief_statements(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.9)")
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_where_nobody_is_connected_nobody_hangs_up():
    connection.close()

    assert bounds.hang_up(connection) is None
