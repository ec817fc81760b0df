"""What each environment demands before it starts, in processes of their own."""

import os
import subprocess
import sys

import pytest
from django.db import connection

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-long-random-text-that-nobody-else-knows-0123456789-abcdefghij",
    "ALLOWED_HOSTS": "marquee.example",
    "ADMINS": "Ada <ada@marquee.example>, Ben <ben@marquee.example>",
    "OMDB_API_KEY": "a-real-key",
    "EMAIL_URL": "smtp://mail.marquee.example:25",
}
SHOW = (
    "from django.conf import settings; import django; django.setup(); "
    "print(settings.ADMINS, settings.OMDB_DEMO, settings.SESSION_COOKIE_SECURE, "
    "settings.EMAIL_HOST, settings.CELERY_BROKER_URL)"
)


def started(**environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_everything_it_needs_is_said():
    done = started(**PRODUCTION)

    assert done.returncode == 0, done.stderr
    assert "('Ben', 'ben@marquee.example')" in done.stdout
    assert " False True mail.marquee.example " in done.stdout


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "localhost,marquee.example"}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS"),
        ({"ADMINS": ""}, "Set ADMINS"),
        ({"EMAIL_URL": "consolemail://"}, "Set EMAIL_URL"),
        ({"OMDB_API_KEY": ""}, "Set OMDB_API_KEY"),
        ({"ENVIRONMENT": "staging"}, "must be development, demo or production"),
    ],
)
def test_production_refuses_to_start_without(missing, words):
    done = started(**PRODUCTION | missing)

    assert done.returncode != 0
    assert words in done.stderr.splitlines()[-1]
    assert PRODUCTION["OMDB_API_KEY"] not in done.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"EMAIL_URL": "smtp+tls://user:s3c/ret@mail.example"}, "EMAIL_URL is no address"),
        ({"DATABASE_URL": "postgres://user:s3c/ret@db/name"}, "DATABASE_URL is no address"),
        ({"DATABASE_URL": "nonsense://db"}, "DATABASE_URL must begin like"),
        ({"WEB_PORT": "99999"}, "a port is 1 to 65535"),
        ({"TIME_ZONE": "Europe/Berln"}, "TIME_ZONE is 'Europe/Berln'"),
        ({"OMDB_API_KEY_FILE": "/nowhere/key"}, "OMDB_API_KEY_FILE /nowhere/key: No such file"),
        ({"TRUSTED_PROXIES": "10.0.0.1, nginx"}, "TRUSTED_PROXIES: 'nginx' does not appear"),
        ({"ADMINS": "Ada"}, "ADMINS must be like"),
        ({"NEW_TERMS_AN_HOUR": "0"}, "NEW_TERMS_AN_HOUR is 0; it must be at least 1."),
    ],
)
def test_a_setting_that_cannot_be_is_one_line_without_its_secret(environment, words):
    done = started(**environment)

    assert done.returncode != 0
    assert words in done.stderr.splitlines()[-1]
    assert "s3c" not in done.stderr


def test_a_folder_may_be_called_anything_and_is_the_products_own(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SHOW.replace("settings.ADMINS", "settings.DATABASES")],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(tmp_path / "my var#1"),
            "DATABASE_URL": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"'{tmp_path}/my var#1/marquee.sqlite3'" in done.stdout


def test_a_demo_refuses_a_real_key():
    done = started(ENVIRONMENT="demo", OMDB_API_KEY="a-real-key")

    assert "A demo refuses a real OMDb key" in done.stderr.splitlines()[-1]


def test_a_secret_may_stand_in_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("a-real-key\n")

    done = started(OMDB_API_KEY_FILE=str(secret))

    assert done.returncode == 0, done.stderr
    assert "] False False" in done.stdout


def test_without_a_key_the_demo_catalogue_answers():
    assert "] True False None redis+socket://" in started().stdout


def test_nobody_waits_for_ever_for_what_a_stopped_process_holds(db):
    statement, patience = {
        "sqlite": ("PRAGMA busy_timeout", 20_000),
        "postgresql": ("SHOW idle_in_transaction_session_timeout", "1min"),
    }[connection.vendor]

    with connection.cursor() as cursor:
        cursor.execute(statement)

        assert cursor.fetchone() == (patience,)
