"""What runs in a web process of ours whose broker is away, or not."""

import importlib
import logging
import uuid

from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from bench.timing import timed
from movies import queueing
from movies.tasks import run_search

client = Client(headers={"User-Agent": "Mozilla/5.0"})


def get_ready() -> None:
    """Load what a web process loads, and look at both pages, so that only the broker is new."""
    logging.disable(logging.WARNING)
    importlib.import_module("config.wsgi")
    call_command("migrate", verbosity=0)
    staff, _ = User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client.force_login(staff)
    for page in ("/", "/admin/"):
        _ok(client.get(page))
    # The dashboard has met the broker; what is measured shall meet it for the first time.
    queueing._closed_again_at = 0.0


def publish() -> float:
    """Return the milliseconds that one message takes, published or not."""
    return timed(lambda: queueing.enqueue(run_search, 0))


def search() -> float:
    """Return the milliseconds of the page that a new term is searched on."""
    return timed(lambda: _ok(client.post("/searches/", {"term": uuid.uuid4()})))


def dashboard() -> float:
    """Return the milliseconds of the first page, when nobody has looked for a while."""
    cache.clear()
    return timed(lambda: _ok(client.get("/admin/")))


def _ok(response: object) -> None:
    status = getattr(response, "status_code", 0)
    if status not in {200, 303}:
        raise RuntimeError(f"The page answered {status}.")
