from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.tests import rows
from movies.models import Outcome
from notifications import health
from notifications.models import Heartbeat, MailServer

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def viewer(client, member):
    client.force_login(member("Viewers"))
    return client


def page(client) -> str:
    return client.get(reverse("dashboard:system")).text


def test_what_is_broken_stands_first_with_what_happens_and_what_to_do(viewer, broker):
    health.beat(health.RELAY)
    Heartbeat.objects.update(at=timezone.now() - 3 * MINUTE)

    words = page(viewer)

    # Nobody serves a queue either.
    assert "2 things are broken." in words
    assert "Relay: silent since <time" in words
    assert "By itself: notifications wait in their rows, and nothing is lost. You can:" in words
    assert words.index("Relay: silent") < words.index("Unknown: Roll-up")


def test_what_a_server_says_is_no_markup(viewer):
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="<script>no")

    assert "<script>no" not in page(viewer)
    assert "&lt;script&gt;no" in page(viewer)


def test_the_open_page_renews_itself_by_its_lines_alone(viewer):
    response = viewer.get(reverse("dashboard:system_lines"), headers={"HX-Request": "true"})

    assert "<html" not in response.text
    assert "data-age" in response.text


def test_a_viewer_is_not_offered_the_self_test_and_an_operator_is(viewer, client, member):
    address = f'href="{reverse("dashboard:self_test")}"'
    assert address not in page(viewer)

    client.force_login(member("Operators"))

    assert address in page(client)


def test_the_badge_counts_what_is_broken(viewer):
    rows.all_fine()
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="no")
    rows.search("heat", outcome=Outcome.FAILED)
    page(viewer)  # that somebody looked is what the badge goes by

    words = viewer.get(reverse("admin:movies_movie_changelist")).text

    assert "broken</span></span>" in words
