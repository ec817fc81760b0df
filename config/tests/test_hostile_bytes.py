"""Bytes that are no proper request, sent to the server that production runs."""

import os
import socket
import subprocess
import sys
from contextlib import suppress

import pytest

from config.environment import BASE_DIR
from config.tests.running import free_port
from conftest import database_environment, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = b"z" * 2**20
TOKEN = b"a" * 32
OURS = b"Host: localhost\r\nConnection: close\r\nCookie: csrftoken=" + TOKEN + b"\r\n"


def asking(line: bytes, headers: bytes = OURS) -> bytes:
    return line + b" HTTP/1.1\r\n" + headers + b"\r\n"


def form(body: bytes, path: bytes = b"/searches/") -> bytes:
    body = b"csrfmiddlewaretoken=" + TOKEN + b"&" + body
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
    return asking(b"POST " + path, OURS + kind + b"Content-Length: %d\r\n" % len(body)) + body


# With what each is answered; nothing at all is an answer to what cannot be read.
REQUESTS = {
    "invalid UTF-8 in a query": (asking(b"GET /?page=%ff%fe&%c3%28=1"), {200}),
    "raw bytes in a query": (asking(b"GET /?page=\xff\xfe&\xc3\x28=1"), {200, 400}),
    "invalid UTF-8 in a path": (asking(b"GET /%ff%fe/"), {404}),
    "raw bytes in a path": (asking(b"GET /\xff\xfe"), {400, 404}),
    "NUL in a path": (asking(b"GET /searches/%00/"), {404}),
    "a raw NUL in a path": (asking(b"GET /\x00"), {400, 404}),
    "half a request": (b"GET / HTTP/1.1\r\nHost: loc", {0, 400}),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", {0, 400}),
    "a line without end": (asking(b"GET /?q=" + MEGABYTE), {0, 400, 414}),
    "a header without end": (
        asking(b"GET /", OURS + b"X-Long: " + MEGABYTE + b"\r\n"),
        {0, 400, 431},
    ),
    "another host": (asking(b"GET /", b"Host: <script>.example\r\nConnection: close\r\n"), {400}),
    "invalid bytes in headers": (
        asking(b"GET /", OURS + b"X-Forwarded-For: \xff\xfe, \xc3(\r\nAccept-Language: \xff\r\n"),
        {200, 400},
    ),
    "a negative length": (asking(b"POST /searches/", OURS + b"Content-Length: -1\r\n"), {400}),
    "two lengths": (
        asking(b"POST /searches/", OURS + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
        {400},
    ),
    "a megabyte of a term": (form(b"term=" + MEGABYTE), {422}),
    "a megabyte of fields": (form(b"a=1&" * 2**18), {400}),
    "three megabytes": (form(b"term=" + 3 * MEGABYTE), {400}),
    "a megabyte to the sign-in": (form(b"username=" + MEGABYTE, b"/admin/login/"), {200}),
    "a term of invalid UTF-8": (form(b"term=\xff\xfe%ff%00"), {422}),
    "a term that is half a surrogate": (form(b"term=%ed%a0%80"), {303, 422}),
}


def status(port: int, request: bytes) -> int:
    """Send the bytes, and no more; return the status of the answer, 0 for none."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        # It may have answered and hung up before it heard all of it.
        with suppress(OSError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        try:
            first = connection.makefile("rb").readline()
        except ConnectionError:
            return 0
    return int(first.split()[1]) if first else 0


def is_up(port: int) -> bool:
    try:
        return status(port, asking(b"GET /healthz")) == 200
    except OSError:
        return False


def test_no_bytes_are_an_error_of_ours(tmp_path):
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "2"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", *options],
            env={**os.environ, **database_environment()},
            cwd=BASE_DIR,
            stdout=log,
            stderr=log,
        )
        try:
            wait_until(lambda: is_up(port))
            answered = {name: status(port, request) for name, (request, _) in REQUESTS.items()}
            assert is_up(port)
        finally:
            server.terminate()
            server.wait(20)

    wrong = {name: code for name, code in answered.items() if code not in REQUESTS[name][1]}
    assert wrong == {}
    assert "Internal Server Error" not in (tmp_path / "log").read_text(errors="replace")
