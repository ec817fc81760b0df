"""What the tests of notifications share: a mail server, and rows to deliver."""

import uuid
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from notifications import kinds
from notifications.composing import Event, compose, insert
from notifications.models import Notification
from notifications.querysets import LEASE
from notifications.tests.smtp_server import SmtpServer


@pytest.fixture
def smtp(settings) -> Iterator[SmtpServer]:
    """A real mail server, which the settings name, and two admins."""
    with SmtpServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 1
        settings.ADMINS = [("Ann", "ann@example.org"), ("Bob", "bob@example.org")]
        yield server


@pytest.fixture
def queued(db) -> Callable[..., Notification]:
    """Return a maker of notifications that wait to be mailed."""
    keys = (f"made for a test: {number}" for number in count())

    def make(subject: str = "New Search Term", text: str = "Dune\n", **fields) -> Notification:
        event = Event(kinds.NEW_SEARCH_TERM, next(keys), subject, tuple(text.splitlines()))
        pk = insert(compose(event)).pk
        Notification.objects.filter(pk=pk).update(**known(fields.get("state")) | fields)
        return Notification.objects.get(pk=pk)

    return make


def known(state: str | None) -> dict:
    """Return what the database asks of a row in this state."""
    now = timezone.now()
    facts = {"passed_at": now}
    if state == "sending":
        facts |= {"lease": uuid.uuid4(), "lease_until": now + LEASE, "phase": "connect"}
    if state in ("sent", "partial"):
        facts |= {"sent_at": now}
    return facts


@pytest.fixture
def new(queued) -> Callable[..., Notification]:
    """Return a maker of notifications that no policy was asked about yet."""

    def make(**fields) -> Notification:
        return queued(passed_at=None, **fields)

    return make


@pytest.fixture
def claimed(queued):
    """Return a maker of notifications that are being handed over."""

    def make(**fields) -> Notification:
        return Notification.objects.claim(queued(**fields).pk)

    return make


@pytest.fixture
def failed(queued) -> Callable[..., Notification]:
    """Return a maker of notifications that were refused for good."""

    def make(**fields) -> Notification:
        return queued(state="failed", reason="550 no such user", attempts=1, tries=1, **fields)

    return make


@pytest.fixture
def sign_in(client, db) -> Callable[..., User]:
    """Return a signer-in of staff who may do what is named, besides looking."""

    def make(*codenames: str) -> User:
        user = User.objects.create_user(" and ".join(["view", *codenames]), is_staff=True)
        for codename in ("view_notification", *codenames):
            user.user_permissions.add(Permission.objects.get(codename=codename))
        client.force_login(user)
        return user

    return make
