import logging
import pickle
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from movies import omdb_errors
from movies.omdb import OmdbClient
from movies.omdb_errors import (
    LONGEST_MESSAGE,
    DataUnavailable,
    FilmNotFound,
    IncorrectId,
    InvalidKey,
    KeyRefused,
    LimitReached,
    MissingKey,
    OmdbError,
    QueryRejected,
    TooManyResults,
    refusal,
)
from movies.tests.omdb_answers import endless
from movies.tests.omdb_server import OmdbServer, Reply

# With a character that has another form in an address.
SECRET = "s3cret/key-of-ours"
SECRET_FORMS = ("s3cret", "key-of-ours")

FAMILY = [
    error
    for error in vars(omdb_errors).values()
    if isinstance(error, type) and issubclass(error, OmdbError)
]


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("Movie not found!", FilmNotFound),
        ("Series not found!", FilmNotFound),
        ("Series or episode not found!", FilmNotFound),
        ("Too many results.", TooManyResults),
        ("Must provide more than one character.", TooManyResults),
        ("Incorrect IMDb ID.", IncorrectId),
        ("Error getting data.", DataUnavailable),
        ("Invalid API key!", InvalidKey),
        ("No API key provided.", MissingKey),
        ("Request limit reached!", LimitReached),
        ("Something went wrong.", QueryRejected),
        ("Syntax error near '\"' in the full-text search condition '\"xxx", QueryRejected),
        ("Conversion from string \"tt12a3\" to type 'Double' is not valid.", QueryRejected),
        ("The settings.Server is too busy.", QueryRejected),
        ("", QueryRejected),
    ],
)
def test_every_reason_of_omdb_has_its_error(reason, error):
    assert type(refusal(reason)) is error


def test_an_unknown_reason_is_quoted_and_cut():
    message = refusal("No \u00e9lan " + "x" * 1000).message

    assert message.startswith("OMDb rejected the request: No \u00e9lan xxx")
    assert len(message) == LONGEST_MESSAGE


def test_an_address_in_a_reason_is_not_quoted():
    message = refusal("See HTTPS://omdbapi.com/?apikey=1 for more").message

    assert message == "OMDb rejected the request: See [address] for more"


def test_both_refusals_of_a_key_are_one_to_the_caller():
    assert issubclass(InvalidKey, KeyRefused)
    assert issubclass(MissingKey, KeyRefused)


@pytest.mark.parametrize("error", FAMILY)
def test_every_error_has_words_of_its_own_and_travels(error):
    default = error()

    assert str(default) == default.message == error.default
    assert default.message.endswith(".")
    other = pickle.loads(pickle.dumps(error("Said so.")))  # noqa: S301 - our own bytes
    assert (type(other), other.message, str(other)) == (error, "Said so.", "Said so.")


def test_no_two_errors_say_the_same():
    assert len({error.default for error in FAMILY}) == len(FAMILY)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OmdbServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with OmdbServer(answer=endless, key=SECRET) as server:
        yield server


def free_address() -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{closed.getsockname()[1]}/"


REPLIES = [
    Reply(b"<html>"),
    Reply(b""),
    Reply(b'{"Response"'),
    Reply(b"plain", headers={"Content-Encoding": "gzip"}),
    Reply(b"<html>", status=503),
    Reply(drop="before"),
    Reply(b"{}", drop="after"),
    Reply(b"{}", truncate=1),
    Reply(b"{}", delay=1),
    Reply(b"{}", headers={"Content-Length": "1,2"}),
    Reply(b"{}", headers={"Broken header\r\n of apikey=" + SECRET: "x"}),
    Reply(b" " * 3_000_000),
    Reply(status=302, headers={"Location": f"/elsewhere?apikey={SECRET}"}),
    Reply.of([]),
    Reply.of({"Response": "True"}),
    Reply.of({"Response": "True", "Search": [{}]}),
    Reply.refusing("Invalid API key!", 401),
    Reply.refusing("No API key provided.", 401),
    Reply.refusing("Request limit reached!", 401),
    Reply.refusing("Movie not found!"),
    Reply.refusing("Too many results."),
    Reply.refusing("Incorrect IMDb ID."),
    Reply.refusing("Error getting data."),
    Reply.refusing(f"Key {SECRET} in s3cret\0/key-of-ours and s3cret%2Fkey-of-ours is bad."),
]


def failures(client: OmdbClient) -> Iterator[OmdbError]:
    """Yield what asking in each way raises; some answers are errors only in one of them."""
    ways: list[Callable[[], object]] = [
        lambda: client.by_imdb_id("tt0133093"),
        lambda: list(client.search(f"{SECRET} film")),
        lambda: client.by_imdb_id(SECRET),
    ]
    for way in ways:
        try:
            way()
        except OmdbError as error:
            yield error


def test_the_key_is_in_no_log_line_error_or_traceback(server, caplog):
    caplog.set_level(logging.DEBUG)
    elsewhere = [server.url.replace("http:", "https:"), free_address(), "http://[::1"]
    cases = [(server.url, reply) for reply in REPLIES] + [(url, Reply()) for url in elsewhere]
    raised = []

    for url, reply in cases:
        client = OmdbClient(api_key=SECRET, url=url, backoff_seconds=0, timeout=(1, 0.2))
        server.forget()
        server.script(reply, times=None)
        with closing(client):
            raised += failures(client)
            assert SECRET not in repr(client)

    assert len(raised) > 2 * len(REPLIES)
    loggers = {record.name for record in caplog.records}
    assert loggers >= {"movies.omdb", "urllib3.connectionpool", "urllib3.connection"}
    told = [caplog.text, *(repr(vars(record)) for record in caplog.records)]
    for error in raised:
        assert error.__cause__ is None
        assert error.__context__ is None
        told += [str(error), repr(error), repr(error.args), *traceback.format_exception(error)]
    assert not [text for text in told if any(form in text for form in SECRET_FORMS)]


def test_a_failed_call_in_a_log_keeps_its_other_facts(server, caplog):
    caplog.set_level(logging.DEBUG, logger="urllib3")

    with closing(OmdbClient(api_key=SECRET, url=server.url)) as client:
        list(zip(range(1), client.search("film"), strict=False))

    assert any('"GET /?[query] HTTP/1.1" 200' in message for message in caplog.messages)


def test_a_placeholder_key_does_not_blot_words_out_of_the_log(server, caplog):
    caplog.set_level(logging.INFO, logger="movies.omdb")
    server.key = None

    with closing(OmdbClient(api_key="demo", url=server.url)) as client:
        list(zip(range(1), client.search("demolition"), strict=False))

    assert "Performing a search for 'demolition'" in caplog.messages
