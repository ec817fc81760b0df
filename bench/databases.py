"""The databases of a run: one for each amount of searches, open side by side."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from bench.building import build
from bench.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Size:
    """How many searches, and how steeply the terms fall off."""

    searches: int
    exponent: float = 1.0

    @property
    def name(self) -> str:
        return f"bench_{self.searches}" + ("_flat" if self.is_flat else "")

    @property
    def is_flat(self) -> bool:
        return self.exponent < 1

    def __str__(self) -> str:
        return f"{self.searches:,}" + (f" (Zipf {self.exponent})" if self.is_flat else "")


_open: dict[str, BaseDatabaseWrapper] = {}


def use(name: str) -> None:
    """Make one of the databases the default one; its connection stays open meanwhile."""
    if name not in _open:
        _open[name] = connections.create_connection("default")
        _open[name].settings_dict = {**_open[name].settings_dict, "NAME": _place(name)}
    connections["default"] = _open[name]


def close() -> None:
    """Close all of them."""
    while _open:
        _open.popitem()[1].close()


def url(name: str) -> str:
    """Return the DATABASE_URL of a database, for another process."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{_place(name)}"
    return os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")


def made(size: Size) -> str:
    """Use the database of this size, and build it unless today's is there; return what it holds."""
    note = _folder() / f"{connection.vendor}-{size.name}.json"
    today = str(timezone.localdate())
    if note.exists():
        known = json.loads(note.read_text())
        if known["day"] == today:
            use(size.name)
            return f"{known['words']} (of an earlier run)"
    began = time.monotonic()
    note.unlink(missing_ok=True)
    create(size.name)
    use(size.name)
    traffic = Traffic(size.searches, timezone.now(), size.exponent)
    words = build(traffic, only_read_models=size.is_flat)
    note.write_text(json.dumps({"day": today, "words": words}))
    return f"{words}; built in {time.monotonic() - began:.0f} s"


def create(name: str, template: str = "") -> None:
    """Create a database, as a copy of another one if `template` names it; replace what is there."""
    drop(name)
    for known in _open.values():
        known.close()
    if connection.vendor == "sqlite":
        if template:
            # Checkpointed and closed, a database is this one file.
            shutil.copyfile(_place(template), _place(name))
        return
    with _server() as server:
        words = f' TEMPLATE "{template}"' if template else ""
        server.cursor().execute(f'CREATE DATABASE "{name}"{words}')


def drop(name: str) -> None:
    """Remove a database, if it is there."""
    if name in _open:
        _open.pop(name).close()
    if connection.vendor == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(_place(name) + end).unlink(missing_ok=True)
        return
    with _server() as server:
        server.cursor().execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def version() -> str:
    """Return the name and version of the database, and of PostgreSQL the settings that matter."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT 'SQLite ' || sqlite_version()")
            return str(cursor.fetchone()[0])
        cursor.execute(
            "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || "
            "current_setting('fsync') || ', shared_buffers ' || current_setting('shared_buffers')"
        )
        return str(cursor.fetchone()[0])


def _place(name: str) -> str:
    return str(_folder() / f"{name}.sqlite3") if connection.vendor == "sqlite" else name


def _folder() -> Path:
    return Path(os.environ["BENCH_FOLDER"])


@contextmanager
def _server() -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection to the server's own database."""
    server = connections.create_connection("default")
    yield server
    server.close()
