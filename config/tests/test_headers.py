"""What production's answers tell the browser, asked of a process that runs with its settings."""

import json
import os
import subprocess
import sys

import pytest

from config.environment import BASE_DIR
from config.tests.test_settings import PRODUCTION

HOST = "marquee.example"
# Of pages that need no static file: here nobody ran collectstatic.
ASK = """
import django, json
django.setup()
from django.test import Client
client = Client(headers={"Host": "marquee.example", "X-Forwarded-Proto": "https"})
answered = {}
for name, path, facts in (
    ("secure", "/healthz", {"secure": True}),
    ("plain", "/", {}),
    ("admin", "/admin/", {"secure": True}),
    ("alive", "/healthz", {}),
):
    response = client.get(path, **facts)
    answered[name] = {"status": response.status_code, **response.headers}
print(json.dumps(answered))
"""


def production(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | PRODUCTION | more,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def answered() -> dict[str, dict]:
    done = production("-c", ASK)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_deployment_check_of_production_is_silent():
    done = production("manage.py", "check", "--deploy", "--fail-level", "DEBUG")

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "System check identified no issues (0 silenced)."


def test_production_answers_by_https_alone_for_a_year(answered):
    policy = "max-age=31536000; includeSubDomains; preload"

    assert answered["secure"]["Strict-Transport-Security"] == policy
    assert answered["plain"]["status"] == 301
    assert answered["plain"]["Location"] == f"https://{HOST}/"


def test_the_health_check_inside_the_network_is_answered_by_plain_http(answered):
    assert answered["alive"]["status"] == 200


def test_a_scheme_that_a_stranger_claims_is_not_believed(answered):
    # Each request claimed https by X-Forwarded-Proto, and no proxy is trusted.
    assert answered["plain"]["status"] == 301


@pytest.mark.parametrize("page", ["secure", "admin"])
def test_every_answer_says_what_the_browser_must_not_do_with_it(answered, page):
    headers = answered[page]

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "clipboard" not in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
