import gzip
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from movies.omdb import LARGEST_BODY, OmdbClient
from movies.omdb_errors import (
    AnswerTooLarge,
    BrokenJson,
    EmptyBody,
    NotJson,
    Redirected,
    ServerFailed,
    TimedOut,
    Unreachable,
)
from movies.tests.omdb_answers import DETAIL, client_of, endless
from movies.tests.omdb_server import OmdbServer, Reply


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OmdbServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with OmdbServer(answer=endless) as server:
        yield server


@pytest.fixture
def client(server: OmdbServer) -> Iterator[OmdbClient]:
    with closing(client_of(server)) as client:
        yield client


TROUBLE = [
    (Reply(b"<!DOCTYPE html><p>captcha"), NotJson),
    (Reply(b"<html>", status=403), NotJson),
    (Reply(b""), EmptyBody),
    (Reply(b"\xef\xbb\xbf \r\n"), EmptyBody),
    (Reply(b'{"Response":"True"'), BrokenJson),
    (Reply(b'{"Error":"a "quote" inside"}'), BrokenJson),
    (Reply(b"[" * 100_000), BrokenJson),
    (Reply(b"9" * 5_000), BrokenJson),
    (Reply(b"plain", headers={"Content-Encoding": "gzip"}), BrokenJson),
    (Reply(b"<html>", status=503), ServerFailed),
    (Reply(b"", status=522), ServerFailed),
    (Reply(b'{"message":"upstream"}', status=502), ServerFailed),
    (Reply(drop="before"), Unreachable),
    (Reply(b"{}", drop="after"), Unreachable),
    (Reply(b'{"Response":"True"}', truncate=5), Unreachable),
    (Reply(b"{}", headers={"Content-Length": "1,2"}), Unreachable),
]


@pytest.mark.parametrize(("reply", "error"), TROUBLE)
def test_trouble_is_tried_three_times_in_all(server, client, reply, error):
    server.script(reply, times=3)

    with pytest.raises(error) as raised:
        client.by_imdb_id("tt0133093")

    assert raised.type is error
    assert len(server.calls) == 3


@pytest.mark.parametrize("reply", [reply for reply, _ in TROUBLE])
def test_trouble_that_passes_is_not_noticed(server, client, reply):
    server.script(reply, reply, Reply.of(DETAIL))

    assert client.by_imdb_id("tt0133093").title == "The Matrix"


def test_a_refused_connection_is_an_error():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        calls = []

        with (
            closing(OmdbClient(api_key="any-key", url=url, backoff_seconds=0)) as client,
            pytest.raises(Unreachable),
        ):
            client.by_imdb_id("tt0133093", before_call=lambda: calls.append(1))

    assert len(calls) == 3


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "http://[::1", "http://\ud800/"])
def test_an_address_that_is_none_is_an_error(url):
    with (
        closing(OmdbClient(api_key="any-key", url=url, backoff_seconds=0)) as client,
        pytest.raises(Unreachable),
    ):
        client.by_imdb_id("tt0133093")


def test_a_broken_tls_handshake_is_an_error(server):
    url = server.url.replace("http:", "https:")

    with (
        closing(OmdbClient(api_key="any-key", url=url, backoff_seconds=0)) as client,
        pytest.raises(Unreachable),
    ):
        client.by_imdb_id("tt0133093")


@pytest.mark.parametrize("reply", [Reply(b"{}", delay=5), Reply(b"{}" * 50, drip=0.04)])
def test_an_answer_that_takes_too_long_is_an_error(server, reply):
    server.script(reply, times=None)
    client = OmdbClient(api_key=server.key, url=server.url, backoff_seconds=0, timeout=(1, 0.1))

    attempts: list[int] = []

    with closing(client), pytest.raises(TimedOut):
        client.by_imdb_id("tt0133093", before_call=lambda: attempts.append(1))

    # Counted here: a busy server may not have read the last request when it is given up.
    assert len(attempts) == 3


def test_the_pause_before_another_attempt_is_bounded(server):
    server.script(Reply(b""), times=2)
    server.script(Reply.of(DETAIL))
    began = time.monotonic()

    with closing(OmdbClient(api_key=server.key, url=server.url, backoff_seconds=0.05)) as client:
        client.by_imdb_id("tt0133093")

    # At most 0.05 and 0.1 seconds; the rest is room for a slow machine.
    assert time.monotonic() - began < 1


def test_a_redirect_is_not_followed(server, client):
    with OmdbServer() as elsewhere:
        server.script(Reply(b"{}", status=302, headers={"Location": elsewhere.url}))

        with pytest.raises(Redirected):
            client.by_imdb_id("tt0133093")

        assert elsewhere.calls == []
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b" " * (LARGEST_BODY + 1)),
        Reply(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"}),
    ],
)
def test_a_body_beyond_all_reason_is_refused(server, client, reply):
    server.script(reply)

    with pytest.raises(AnswerTooLarge):
        client.by_imdb_id("tt0133093")

    assert len(server.calls) == 1


def test_a_chunked_and_compressed_answer_is_read(server, client):
    body = gzip.compress(Reply.of(DETAIL).body)
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    headers = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    server.script(Reply(chunked, headers=headers | {"Content-Length": ""}))

    assert client.by_imdb_id("tt0133093").title == "The Matrix"
