"""Sam, who has forgotten a password, and asks for a link."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from dashboard import tasks
from dashboard.models import PasswordReset

FORGOTTEN = reverse("dashboard:forgotten")
OLD = "a password of my own"


@pytest.fixture
def sam(db) -> User:
    return User.objects.create_user("sam", "sam@example.org", OLD, is_staff=True)


def ask(client, email: str = "sam@example.org", **options: str):
    return client.post(FORGOTTEN, {"email": email}, **options)


def mail_all() -> list[str]:
    """Do what a worker does with each row."""
    return [
        tasks.mail_password_reset(pk) for pk in PasswordReset.objects.values_list("pk", flat=True)
    ]


def ago(**past: int) -> datetime:
    return timezone.now() - timedelta(**past)
