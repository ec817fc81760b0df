"""No check waits for ever: neither for what is outside this process nor for the database."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Of one statement, or of the lock that it waits for.
STATEMENT_MS = 1000
# Seconds after which a database that says nothing is given up.
SILENCE = 3.0
_asking: dict[str, threading.Thread] = {}


def within[Answer](seconds: float, name: str, ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` answers in so many seconds; raise TimeoutError, or what it raises.

    Names of hosts and folders of other machines have no time-out of their own. Who still hangs
    under this name is not asked a second time.
    """
    if (hanging := _asking.get(name)) and hanging.is_alive():
        raise TimeoutError
    answers: list[Answer] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:
            errors.append(error)

    # Of a process that ends nobody waits for it.
    _asking[name] = asking = threading.Thread(target=run, daemon=True)
    asking.start()
    asking.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError
    return answers[0]


@contextmanager
def brief_statements() -> Iterator[None]:
    """Let no statement inside take longer than a second, for a lock or for anything else.

    All of them together get three seconds of a server that does not answer at all. Raises what
    the database raises when it is away.
    """
    database = connections[DEFAULT_DB_ALIAS]
    usual = database.settings_dict["OPTIONS"].get("timeout", 5)
    if database.vendor == "sqlite":
        before, after = f"PRAGMA busy_timeout = {STATEMENT_MS}", f"PRAGMA busy_timeout = {usual}000"
    else:
        before, after = f"SET statement_timeout = {STATEMENT_MS}", "RESET statement_timeout"
    # The server itself keeps to the time-out, unless it hangs.
    hanging = threading.Timer(SILENCE, hang_up, (database,))
    hanging.daemon = True
    hanging.start()
    try:
        with database.cursor() as cursor:
            cursor.execute(before)
        yield
    finally:
        # A connection that broke meanwhile is not used again.
        with suppress(Error), database.cursor() as cursor:
            cursor.execute(after)
        hanging.cancel()


def hang_up(database: BaseDatabaseWrapper) -> None:
    """Break the connection that another thread waits for; a file is none."""
    server = database.connection
    if database.vendor == "sqlite" or server is None or server.closed:
        return
    with suppress(OSError), socket.socket(fileno=os.dup(server.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
