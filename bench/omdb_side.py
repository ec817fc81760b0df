"""An OMDb of this machine, in a process of its own, that knows every film and counts its calls."""

import time
from collections.abc import Mapping

from movies.catalogue import demo
from movies.tests.omdb_server import OmdbServer

_server = OmdbServer(key=None)
_delay = 0.0


def start() -> str:
    """Answer as long as the process lives; return the address."""
    _server.answer = _answer
    _server.__enter__()
    return _server.url


def answer_after(seconds: float) -> None:
    global _delay
    _delay = seconds


def called() -> int:
    """Return how many calls came since the last time."""
    count = len(_server.calls)
    _server.forget()
    return count


def _answer(params: Mapping[str, str]) -> tuple[int, dict[str, object]]:
    time.sleep(_delay)
    imdb_id = params["i"]
    film = demo().films[int(imdb_id[2:]) % len(demo().films)]
    return 200, film.detail() | {"imdbID": imdb_id, "Response": "True"}
