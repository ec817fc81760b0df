from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from dashboard.tests import rows
from notifications import health
from notifications.models import Heartbeat, MailServer

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LIST = "admin:movies_search_changelist"


@pytest.fixture(autouse=True)
def _relayed(broker) -> None:
    """A broker is there and the relay has just run."""
    health.beat(health.RELAY)


@pytest.fixture
def _refused() -> None:
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="<b>no</b>")


@pytest.fixture
def viewer(client, member):
    client.force_login(member("Viewers"))
    return client


def page(client, name: str) -> str:
    cache.clear()
    return client.get(reverse(name)).content.decode()


def test_what_is_not_broken_needs_no_banner(viewer):
    rows.all_fine()

    assert 'class="banner' not in page(viewer, LIST)


@pytest.mark.usefixtures("_refused")
def test_what_is_broken_stands_on_every_page_of_the_admin_and_nowhere_else(viewer):
    for name in (LIST, "dashboard:signals", "admin:password_change"):
        words = page(viewer, name)
        assert "Mail: refused since <time" in words
        assert "&lt;b&gt;no&lt;/b&gt;" in words
    assert "Mail: refused" not in page(viewer, "movies:index")


@pytest.mark.usefixtures("_refused")
def test_pages_that_say_it_anyway_have_no_banner(viewer):
    for name in ("admin:index", "dashboard:system"):
        words = page(viewer, name)
        assert "Mail: refused" in words
        assert 'class="banner' not in words


@pytest.mark.usefixtures("_refused")
def test_who_may_not_see_the_system_reads_it_on_the_first_page_too(client, staff):
    client.force_login(staff)

    assert "Mail: refused" in page(client, "admin:index")


@pytest.mark.usefixtures("_refused")
def test_a_stranger_at_the_sign_in_reads_nothing_of_it(client):
    assert "Mail: refused" not in page(client, "admin:login")


@pytest.mark.usefixtures("_refused")
def test_three_lines_stand_there_and_the_others_on_their_page(viewer):
    long_ago = timezone.now() - 9 * MINUTE
    Heartbeat.objects.update(at=long_ago)
    rows.search(outcome="", at=long_ago)
    rows.notification("queued", next_attempt_at=long_ago)

    words = page(viewer, LIST)

    assert words.count(" By itself: ") == 3
    assert "more on System" in words
