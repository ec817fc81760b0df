"""A fake OMDb on loopback: real sockets, the demo catalogue, and every fault on demand.

    with OmdbServer() as server:
        server.script(Reply(status=503, body=b"<html>"), times=2)
        client = OmdbClient(api_key=server.key, url=server.url)

`python -m movies.tests.omdb_server --port N [--limit N]` serves other processes.
"""

import argparse
import json
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

from movies import catalogue

KEY = "k3y-of-the-tests"

type Params = Mapping[str, str]
type Answer = Callable[[Params], tuple[int, dict[str, object]]]
type When = Callable[[Params], bool]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one call gets. `headers` may replace Content-Type, Content-Length and Connection."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: str = ""  # "before" the status line, or "after" the headers
    truncate: int | None = None  # bytes of the promised body that are sent before the drop
    drip: float = 0.0  # seconds between single bytes of the body

    @classmethod
    def of(cls, content: object, status: int = 200) -> Self:
        """Return a reply whose body is this JSON."""
        return cls(json.dumps(content).encode(), status)

    @classmethod
    def refusing(cls, reason: str, status: int = 200) -> Self:
        """Return OMDb's way of saying no."""
        return cls.of({"Response": "False", "Error": reason}, status)


@dataclass(slots=True)
class _Script:
    reply: Reply
    when: When | None
    times: int | None


class OmdbServer:
    """Serve OMDb's API at `url` for the length of a `with` block.

    `calls` holds the parameters of every request, apikey included; `connections` counts TCP
    connections. Any key is accepted when `key` is None.
    """

    def __init__(
        self,
        *,
        key: str | None = KEY,
        limit: int | None = None,
        answer: Answer = catalogue.answer,
        port: int = 0,
    ) -> None:
        self.key = key
        self.limit = limit
        self.answer = answer
        self.calls: list[dict[str, str]] = []
        self.connections = 0
        self.closing = threading.Event()
        self._scripts: list[_Script] = []
        self._lock = threading.Lock()
        self._http = _HttpServer(("127.0.0.1", port), _Handler)
        self._http.omdb = self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/"

    def script(self, *replies: Reply, when: When | None = None, times: int | None = 1) -> None:
        """Answer coming calls with these replies, in order, each `times` times (None: for ever).

        With `when`, only calls whose parameters it accepts. Scripts go before key and limit.
        """
        self._scripts += [_Script(reply, when, times) for reply in replies]

    def forget(self) -> None:
        """Drop every script and every record of a call."""
        self._scripts.clear()
        self.calls.clear()

    def reply_to(self, params: dict[str, str]) -> Reply:
        """Return the reply for a call, and record the call."""
        with self._lock:
            self.calls.append(params)
            for script in self._scripts:
                if script.when is None or script.when(params):
                    return self._use(script)
            spent = self.limit is not None and len(self.calls) > self.limit
        if not params.get("apikey"):
            return Reply.refusing("No API key provided.", 401)
        if self.key not in (None, params["apikey"]):
            return Reply.refusing("Invalid API key!", 401)
        if spent:
            return Reply.refusing("Request limit reached!", 401)
        status, content = self.answer(params)
        return Reply.of(content, status)

    def _use(self, script: _Script) -> Reply:
        if script.times is not None:
            script.times -= 1
            if not script.times:
                self._scripts.remove(script)
        return script.reply

    def count_connection(self) -> None:
        with self._lock:
            self.connections += 1

    def serve(self) -> None:
        """Serve in this thread until interrupted."""
        self._http.serve_forever(poll_interval=0.02)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve, name="fake OMDb", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _HttpServer(ThreadingHTTPServer):
    omdb: OmdbServer
    # Waiting for handlers would wait for clients that keep their connections.
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that gave up early is what some tests are about.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def omdb(self) -> OmdbServer:
        return cast(_HttpServer, self.server).omdb

    def setup(self) -> None:
        super().setup()
        self.omdb.count_connection()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: the lines would hold the key."""

    def do_GET(self) -> None:
        query = urlsplit(self.path).query
        reply = self.omdb.reply_to(dict(parse_qsl(query, keep_blank_values=True)))
        self.omdb.closing.wait(reply.delay)
        if reply.drop == "before":
            self._hang_up()
            return
        self._send_headers(reply)
        if reply.drop == "after":
            self._hang_up()
            return
        self._send_body(reply)

    def _send_headers(self, reply: Reply) -> None:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, reply: Reply) -> None:
        if not reply.drip:
            self.wfile.write(reply.body[: reply.truncate])
        for byte in reply.body if reply.drip else b"":
            self.wfile.write(bytes([byte]))
            self.omdb.closing.wait(reply.drip)
        if reply.truncate is not None:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a fake OMDb on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--limit", type=int, default=None, help="calls before the day is spent")
    parser.add_argument("--key", default=None, help="the only key that is accepted")
    options = parser.parse_args()
    server = OmdbServer(key=options.key, limit=options.limit, port=options.port)
    # The caller waits for this line, and reads the port from it when it asked for any.
    print(server.url, flush=True)  # noqa: T201 - a program speaks on its standard output
    server.serve()


if __name__ == "__main__":
    main()
