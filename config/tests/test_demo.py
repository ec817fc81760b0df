"""`make demo` as a person meets it: a site with a past, whose past is invented."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from config.tests.running import Running, free_port
from conftest import UNWATCHED, wait_until, watched

pytestmark = pytest.mark.sqlite

PRODUCT = Path(__file__).parent.parent.parent


def run(folder: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words],
        cwd=PRODUCT,
        env=os.environ | {"VAR_DIR": str(folder), "DATABASE_URL": ""} | UNWATCHED | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def demo(tmp_path) -> Path:
    """Return the folder of a demo with a short history, as a first start leaves it behind."""
    folder = tmp_path / "var"
    for words in ("migrate", "sample_history --days 3 --searches 200"):
        done = run(folder, "manage.py", *words.split(), ENVIRONMENT="demo")
        assert done.returncode == 0, done.stderr
    return folder


def test_a_demo_has_a_history_and_says_that_it_is_invented(demo):
    system = Running(demo, ENVIRONMENT="demo", **watched())
    wait_until(system.answers, 60)

    assert "Demo: sample data" in system.get("admin/login/")
    assert "Demo" in system.get("")
    assert "the searches so far are invented sample history" in system.words()
    assert "The sample history is there already" in system.words()
    assert "username: admin" in system.words()
    database = sqlite3.connect(demo / "marquee.sqlite3")
    (searches,) = database.execute("select count(*) from movies_search").fetchone()
    assert database.execute("select sum(searches) from dashboard_daytotals").fetchone() == (
        searches,
    )
    database.close()
    system.stop()
    assert system.left_behind() == []


def test_a_real_key_does_not_start_on_the_database_of_a_demo(demo):
    done = run(demo, "-m", "config.run", OMDB_API_KEY="k", WEB_PORT=str(free_port()))

    assert done.returncode == 1
    assert "its searches are invented" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Marquee cannot start: manage.py migrate failed")


def make_demo(tmp_path: Path, **environment: str) -> dict[str, str]:
    """Return the environment in which `make demo` starts Python."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nenv\n")
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "-o", "install", "demo", f"BIN={tmp_path}"],
        cwd=PRODUCT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.partition("=")[::2] for line in done.stdout.splitlines())


def test_make_demo_never_leads_into_another_database_broker_or_mail_server(tmp_path):
    elsewhere = {
        "DATABASE_URL": "postgres://real",
        "REDIS_URL": "redis://real",
        "EMAIL_URL": "smtp://real",
        "DATABASE_URL_FILE": "real",
    }

    started = make_demo(tmp_path, **elsewhere)

    # What is there, though empty, is not taken from a file .env either.
    assert {started[name] for name in elsewhere} == {""}
    assert started["ENVIRONMENT"] == "demo"
    assert started["VAR_DIR"] == "var/demo"
    assert started["OMDB_API_KEY"] == ""


def test_make_demo_takes_a_folder_and_lets_a_key_be_refused(tmp_path):
    started = make_demo(tmp_path, VAR_DIR="/elsewhere", OMDB_API_KEY="k")

    assert started["VAR_DIR"] == "/elsewhere"
    assert started["OMDB_API_KEY"] == "k"
