from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from dashboard import banner
from movies.models import SearchTerm
from notifications import health
from notifications.models import Heartbeat, MailServer, Notification

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _relayed(broker) -> None:
    """All is well: a broker is there and the relay has just run."""
    health.beat(health.RELAY)


def said() -> list[str]:
    return [trouble.what for trouble in banner.found()]


def test_what_runs_needs_no_banner():
    assert said() == []


def test_a_relay_that_is_silent_for_two_minutes_is_said():
    last = timezone.now() - 3 * MINUTE
    Heartbeat.objects.update(at=last)

    [trouble] = banner.found()

    assert trouble.what == "Relay: silent"
    assert trouble.since == last
    assert "nothing is lost" in trouble.by_itself


def test_a_relay_that_never_ran_is_silent_once_something_waits_for_it():
    Heartbeat.objects.all().delete()
    assert said() == []

    SearchTerm.objects.create(term="dune")
    Notification.objects.update(created_at=timezone.now() - 3 * MINUTE)
    cache.clear()

    assert said() == ["Relay: silent"]


def test_a_broker_that_is_away_is_said(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert said() == ["Broker: out of reach"]


def test_a_mail_server_that_refuses_everybody_is_said_with_its_words():
    since = timezone.now() - MINUTE
    MailServer.objects.create(pk=1, refused_since=since, reason="535 no such account.")

    [trouble] = banner.found()

    assert trouble.what == "Mail: refused"
    assert trouble.you_can.endswith("(535 no such account).")
    assert trouble.since_words.startswith("since ")


def test_pages_look_no_more_often_than_every_ten_seconds(django_assert_num_queries):
    banner.found()

    with django_assert_num_queries(0):
        assert banner.found() == []


def test_it_stands_on_every_page_of_the_admin_and_nowhere_else(client, member):
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="<b>no</b>")
    client.force_login(member("Viewers"))

    for page in ("admin:index", "admin:movies_search_changelist", "dashboard:signals"):
        words = client.get(reverse(page)).content.decode()
        assert "Mail: refused" in words
        assert "&lt;b&gt;no&lt;/b&gt;" in words
        assert "since <time" in words
    assert "Mail: refused" not in client.get("/").content.decode()


def test_a_stranger_at_the_sign_in_reads_nothing_of_it(client):
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="no")

    assert "Mail: refused" not in client.get(reverse("admin:login")).content.decode()
