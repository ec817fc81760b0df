from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from dashboard.tests import rows
from notifications.models import Notification

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(minutes=10)


@pytest.fixture
def viewer(client):
    account = User.objects.create_user("vera", is_staff=True)
    account.groups.add(Group.objects.get(name="Viewers"))
    client.force_login(account)
    return client


def needs_of(client) -> list[tuple[str, str]]:
    """Return what needs somebody, each with how many rows its list shows."""
    response = client.get(reverse("admin:index"))
    return [
        (need.sentence, client.get(need.url).context["cl"].result_count)
        for need in response.context["needs"]
    ]


def test_searches_that_no_worker_takes_are_said_with_since_when(viewer):
    rows.search("dune", at=timezone.now() - LONG_AGO, outcome="")

    ((sentence, listed),) = needs_of(viewer)

    assert sentence.startswith("1 search waiting since <time")
    assert listed == 1


def test_a_search_made_just_now_is_left_to_its_worker(viewer):
    rows.search("dune", outcome="")

    assert needs_of(viewer) == []


def test_mail_that_no_worker_takes_is_said_with_since_when(viewer):
    rows.notification("queued")
    Notification.objects.filter(state="queued").update(next_attempt_at=timezone.now() - LONG_AGO)
    rows.notification("queued", next_attempt_at=timezone.now() + LONG_AGO)

    ((sentence, _),) = needs_of(viewer)

    assert sentence.startswith("1 notification waiting since <time")
