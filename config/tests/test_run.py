"""`make run` as a person meets it: what it starts, what it says, what it leaves behind."""

import http.cookiejar
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.tests.running import Running, free_port
from conftest import wait_until, watched

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Running]:
    """One site for all, because a start is a dozen processes; each test leaves it answering."""
    system = Running(tmp_path_factory.mktemp("site") / "var")
    wait_until(system.answers, 60)
    yield system
    system.stop()


def search(system: Running, title: str) -> str:
    """Search as a browser without JavaScript does; return the page at the end."""
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    address = f"http://127.0.0.1:{system.port}/"
    form = browser.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    fields = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "term": title})
    result = browser.open(f"{address}searches/", fields.encode()).url
    for _ in range(100):
        page = browser.open(result).read().decode()
        if "http-equiv" not in page:
            return page
        time.sleep(0.2)
    return page


def rows(system: Running, query: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(system.folder / "marquee.sqlite3", timeout=20)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def test_a_search_ends_with_films_a_mail_a_notification_and_a_result(running):
    page = search(running, "Blade Runner")

    assert "Blade Runner 2049" in page
    wait_until(lambda: rows(running, "select state from notifications_notification") == [("sent",)])
    assert "A new search term was used: 'blade runner'" in running.words()
    assert rows(running, "select outcome from movies_search") == [("fetched",)]
    wait_until(
        lambda: (
            rows(
                running,
                "select count(*) from django_celery_results_taskresult where status = 'SUCCESS'",
            )
            == [(2,)]
        )
    )


def test_it_stops_whatever_it_started_and_a_second_start_is_the_same_site(running):
    password = re.search(r"password: +(\S+)", running.words())[1]
    assert f"http://127.0.0.1:{running.port}/admin/" in running.words()
    assert "printed below" in running.words()
    assert running.folder.stat().st_mode & 0o777 == 0o700

    for number in (signal.SIGTERM, signal.SIGINT):
        running.stop(number)
        assert running.left_behind() == [], number

        running.process = running.start()
        wait_until(running.answers, 60)
        assert running.words().count(password) == 1, "a password is shown once"


def test_a_program_that_is_killed_is_started_again_and_the_site_goes_on(running):
    beat = next(
        pid for pid, words in running.programs().items() if "beat" in words and "sh\0" not in words
    )

    os.kill(beat, signal.SIGKILL)

    wait_until(lambda: "ended by itself, and is started again" in running.words())
    wait_until(
        lambda: any(
            "beat" in words and "sh\0" not in words and pid != beat
            for pid, words in running.programs().items()
        )
    )
    assert running.answers()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_can_be_stopped_while_it_is_still_starting(tmp_path, number):
    system = Running(tmp_path / "var", **watched())
    wait_until(lambda: any("gunicorn" in words for words in system.left_behind()), 60)

    # As a terminal does it: everybody in the group hears it.
    os.killpg(system.process.pid, number)

    system.process.wait(40)
    wait_until(lambda: system.left_behind() == [])
    assert system.process.returncode is not None


def test_it_can_be_stopped_while_redis_is_starting(tmp_path):
    system = Running(tmp_path / "var", **watched())
    wait_until(lambda: any("redis-server" in words for words in system.left_behind()), 60)

    assert system.stop(signal.SIGTERM) == 130

    wait_until(lambda: system.left_behind() == [])


def test_what_is_told_to_stop_while_it_starts_stops_once_it_has_started():
    # In a process of its own: it takes the clock that ends a test which hangs.
    program = (
        "from config.run import Processes\n"
        "processes = Processes()\n"
        "processes.add_process('sleeper', 'sleep 60')\n"
        "processes.terminate()\n"
        "processes.loop()\n"
    )

    done = subprocess.run([sys.executable, "-c", program], timeout=30, check=False)

    assert done.returncode == 0


def test_a_second_one_in_the_same_folder_leaves_the_first_alone(running):
    second = Running(running.folder)

    assert second.process.wait(60) == 1
    assert "already runs in" in second.words()
    assert running.answers()


def refused(folder: Path, **environment: str) -> str:
    """Return the one line with which a start is refused."""
    done = subprocess.run(
        [sys.executable, "-m", "config.run"],
        env=os.environ | {"VAR_DIR": str(folder), "DATABASE_URL": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


def test_a_taken_port_is_one_clear_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        line = refused(tmp_path / "var", WEB_PORT=str(port))

    assert line.startswith(f"Marquee cannot start: port {port} cannot be used")
    assert "set WEB_PORT" in line


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")

    assert "Set VAR_DIR to a folder of your own" in refused(tmp_path / "file" / "var")


def test_a_setting_that_cannot_be_is_one_clear_line(tmp_path):
    line = refused(tmp_path / "var", OMDB_DAILY_LIMIT="many")

    assert "OMDB_DAILY_LIMIT is 'many'; it must be a whole number." in line


def test_a_database_that_is_away_is_said_so(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "config.run"],
        env=os.environ
        | {
            "VAR_DIR": str(tmp_path / "var"),
            "WEB_PORT": str(free_port()),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=2",
            "OMDB_API_KEY": "k",
            "EMAIL_URL": "smtp://mail.example:25",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Marquee cannot start: manage.py migrate failed")
