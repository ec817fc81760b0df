"""What the tests of notifications share: a mail server, and rows to deliver."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.contrib.auth.models import Permission, User

from notifications import kinds
from notifications.models import Notification
from notifications.services import notify
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
        notification = notify(kinds.NEW_SEARCH_TERM, subject, text, None, next(keys))
        Notification.objects.filter(pk=notification.pk).update(**fields)
        notification.refresh_from_db()
        return notification

    return make


@pytest.fixture
def failed(queued) -> Callable[..., Notification]:
    """Return a maker of notifications that were refused for good."""

    def make(**fields) -> Notification:
        return queued(state="failed", reason="550 no such user", attempts=1, **fields)

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
