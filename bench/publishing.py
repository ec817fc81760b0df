"""What a broker that is away costs whoever publishes, and the pages that do.

Each state is met by a process of its own that has published nothing yet. What a page costs more is
told by the same page of a process whose broker answers.
"""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import databases
from bench.lines import Line, ms
from bench.timing import middle
from bench.worker import Worker
from config import embedded_redis, kept

NAME = "bench_publishing"
REFUSED = 50.0
# Once in 30 seconds, when it hangs.
HANGS = 500.0
# Processes for each state, for only the first message of each meets the broker.
ROUNDS = 3


def lines(words: str) -> Iterator[Line]:
    """Measure on a database of its own, of which nothing is left."""
    databases.create(NAME)
    try:
        with answering() as url:
            usual = _usual(url)
        for state, bound, broker in (
            ("refuses", REFUSED, refusing),
            ("drops what it is sent", HANGS, dropping),
            ("is frozen", HANGS, frozen),
        ):
            with broker() as url:
                yield from _lines(f"{words}: broker {state}", url, bound, usual)
    finally:
        databases.drop(NAME)


def _usual(url: str) -> dict[str, float]:
    """Return what is taken while the broker answers, by what is done; nothing is done first."""
    worker = _worker(url)
    worker.ask("publish")
    usual = {
        what: middle([worker.ask(what) for _ in range(ROUNDS)])
        for what in ("publish", "search", "dashboard")
    }
    worker.stop()
    return usual


def _lines(words: str, url: str, bound: float, usual: dict[str, float]) -> Iterator[Line]:
    rounds = [_round(url) for _ in range(ROUNDS)]
    for what, name, most in (
        ("publish", "one message", bound),
        ("publish again", "the next one", REFUSED),
        ("search", "a search's page", bound),
        ("search again", "the next search's page", REFUSED),
        ("dashboard", "the dashboard", bound),
    ):
        found = middle([one[what] for one in rounds])
        yield _line(f"{words}: {name}", found, usual[what.removesuffix(" again")], most)


def _round(url: str) -> dict[str, float]:
    """Return what is taken by two processes to which this broker is new."""
    found = {}
    worker = _worker(url)
    for name in ("publish", "publish again"):
        found[name] = worker.ask("publish")
    worker.stop()
    worker = _worker(url)
    for name in ("search", "search again"):
        found[name] = worker.ask("search")
    found["dashboard"] = worker.ask("dashboard")
    worker.stop()
    return found


def _line(words: str, found: float, usual: float, bound: float) -> Line:
    """Return a line whose ratio is what was added to the usual time, by what may be."""
    ratio = max(0.0, found - usual) / bound
    return Line(words, ms(found), f"{ms(usual)} while it answers", ratio, at_most=1)


def _worker(url: str) -> Worker:
    worker = Worker("bench.publishing_side", "bench.settings", databases.url(NAME), REDIS_URL=url)
    worker.ask("get_ready")
    return worker


@contextmanager
def answering() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder:
        server = embedded_redis.start(Path(folder))
        yield f"unix://{folder}/redis.sock"
        kept.stop(server)


@contextmanager
def refusing() -> Iterator[str]:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        yield _url(unheard)


@contextmanager
def dropping() -> Iterator[str]:
    """Yield the address of a server whose queue is full: who connects hears nothing at all."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(2):
            first = stack.enter_context(socket.socket())
            first.setblocking(False)
            first.connect_ex(listener.getsockname())
        yield _url(listener)


@contextmanager
def frozen() -> Iterator[str]:
    """Yield the address of a server that lets everybody connect, and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield _url(listener)


def _url(listener: socket.socket) -> str:
    return f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
