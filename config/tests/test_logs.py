"""Production's log: one line of JSON a record, each with the ids of what it is about."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.config import DictConfigurator

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config
from honcho.printer import Message
from structlog.contextvars import bound_contextvars, clear_contextvars

from config import gunicorn, settings
from config.logs import logging_of
from config.run import Lines
from conftest import wait_until, watched
from movies.models import Search
from movies.tests.omdb_server import Reply

PRODUCTION = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "marquee.example",
    "SECRET_KEY": "a key of nobody " * 4,
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "TRUSTED_PROXIES": "127.0.0.1",
}


@contextmanager
def writing(formatter: str) -> Iterator[io.StringIO]:
    """What a logger writes with this formatter."""
    configurator = DictConfigurator(logging_of(formatter))
    formatters = configurator.config["formatters"]
    formatters[formatter] = configurator.configure_formatter(formatters[formatter])
    stream = io.StringIO()
    console = configurator.config["handlers"]["console"] | {"stream": stream}
    handler = configurator.configure_handler(console)
    logging.root.addHandler(handler)
    try:
        yield stream
    finally:
        logging.root.removeHandler(handler)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a logger writes as it does in production."""
    clear_contextvars()
    with writing("json") as stream:
        yield stream


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_record_is_one_line_whatever_is_in_it(written):
    with bound_contextvars(search_id="7"):
        logging.getLogger("movies").warning("Two\nlines, %s and \ud800", {"a": 1})

    [line] = lines(written.getvalue())

    assert line["message"] == "Two\nlines, {'a': 1} and \ud800"
    assert (line["level"], line["logger"], line["search_id"]) == ("warning", "movies", "7")
    assert str(line["timestamp"]).endswith("Z")
    assert line["process"]
    assert line["thread"] == "MainThread"


def test_an_error_has_its_traceback_without_the_values_of_variables(written):
    secret = "hunter2"

    def fail() -> None:
        password = secret
        raise ValueError(len(password))

    try:
        fail()
    except ValueError:
        logging.getLogger("movies").exception("It failed")

    [line] = lines(written.getvalue())

    assert "ValueError: 7" in str(line["exception"])
    assert "in fail" in str(line["exception"])
    assert secret not in written.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("formatter", ["json", "line"])
def test_a_link_for_a_new_password_is_cut_off_when_its_page_fails(formatter):
    def away(*statement: object) -> None:
        raise OperationalError("away")

    link = reverse("dashboard:new_password", args=["MQ", "c9x-a-token"])
    client = Client(raise_request_exception=False)
    with writing(formatter) as stream, connection.execute_wrapper(away):
        assert client.get(link).status_code == 503

    assert "Service Unavailable: /admin/password/[link]" in stream.getvalue()
    assert "a-token" not in stream.getvalue()


@pytest.mark.django_db(transaction=True)
def test_lines_of_a_worker_name_the_request_the_task_and_the_search(omdb, start_worker, capfd):
    omdb.script(Reply(status=500), times=None)
    environment = PRODUCTION | {"OMDB_URL": omdb.url, "OMDB_API_KEY": omdb.key}
    start_worker("--queues", "interactive", **environment, **watched())

    answer = Client().post("/searches/", {"term": "dune"})
    wait_until(lambda: Search.objects.exclude(finished_at=None).exists())

    written = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line[:1] == "{"]
    attempts = [line for line in written if str(line["message"]).startswith("Attempt 1 of ")]
    assert attempts
    assert attempts[0]["request_id"] == answer["X-Request-ID"]
    assert attempts[0]["search_id"] == str(Search.objects.get().uuid)
    assert attempts[0]["task"] == "movies.tasks.run_search"
    assert attempts[0]["task_id"]


def test_make_run_leaves_lines_as_they_are_and_its_own_become_such():
    printed = io.StringIO()
    printer = Lines(printed, prefix=False)

    for name, data in (("web", b'{"message": "one"}\n'), ("system", "web started\n")):
        printer.write(Message("line", data, None, name, None))

    assert [line["message"] for line in lines(printed.getvalue())] == ["one", "web started"]


def test_gunicorn_logs_as_the_product_does():
    assert gunicorn.logconfig_dict is settings.LOGGING


def test_gunicorn_opens_no_control_socket():
    served = Config()
    served.set("control_socket_disable", gunicorn.control_socket_disable)

    assert served.control_socket_disable


def test_every_answer_has_another_id(client):
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]
