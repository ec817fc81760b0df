import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from dashboard.models import DayTotals
from dashboard.system import looking
from dashboard.system.lines import Report, State, fine
from dashboard.system.looking import CHECKS, Check
from dashboard.tests import rows
from dashboard.tests.system.away import away
from notifications.models import MailServer

pytestmark = pytest.mark.django_db

# Beside those of the checks: the reader, what is no check's, and a session.
MOST_STATEMENTS = 32
TOKEN = "a token"


@pytest.fixture
def _all_fine(monkeypatch) -> None:
    monkeypatch.setattr(looking, "look", lambda: Report(timezone.now(), (fine("ok", key="disk"),)))


@pytest.mark.usefixtures("_all_fine")
def test_a_site_on_which_all_is_fine_is_ready(client):
    response = client.get("/readyz")

    assert (response.status_code, response.text) == (200, "disk ok\n")


def test_a_site_that_something_is_broken_on_is_not_and_names_no_reason_to_strangers(client):
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="wrong password")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "mail bad\n" in response.text
    assert re.fullmatch(r"(\w+ (ok|bad)\n)+", response.text)


def test_what_is_unknown_is_not_ok_and_no_line_in_the_log(client, caplog):
    assert "relay bad" in client.get("/readyz").text
    assert "Service Unavailable" not in caplog.text


def test_staff_read_the_reasons_as_plain_text(admin_client):
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="<no> & never")

    text = admin_client.get("/readyz").text

    assert re.search(r"mail bad: broken, Mail: refused since \d\d:\d\d\. By itself: it is", text)
    assert "(<no> & never)" in text
    assert "database ok: answers within" in text


def test_nobody_looks_again_for_five_seconds(client, django_assert_num_queries):
    client.get("/readyz")

    with django_assert_num_queries(0):
        client.get("/readyz")


def test_while_the_database_is_away_it_answers_all_the_same(admin_client):
    with connection.execute_wrapper(away):
        response = admin_client.get("/readyz")

    assert response.status_code == 503
    assert "database bad\n" in response.text
    assert "disk ok\n" in response.text


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Return each figure by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_checks_in_prometheus_own_text(admin_client):
    rows.search("late", at=timezone.now() - timedelta(hours=1), outcome="")
    rows.notification("queued")
    rows.notification("failed")
    DayTotals.objects.create(day="2026-11-26", left_out=False, searches=3, cached=2, failed=1)

    response = admin_client.get("/metrics")

    assert response["Content-Type"].startswith("text/plain; version=")
    found = samples(response.text)
    assert found["marquee_check_state", "searches", "broken"] == 1
    assert found["marquee_check_state", "searches", "fine"] == 0
    assert found["marquee_check_since_timestamp_seconds", "searches"] < timezone.now().timestamp()
    assert found["marquee_oldest_waiting_seconds", "search"] >= 3600
    assert found["marquee_oldest_waiting_seconds", "film"] == 0
    assert found["marquee_omdb_calls_limit",] == 1000
    assert found["marquee_searches_total", "cached"] == 2
    # That of the new term is one of them.
    assert found["marquee_notifications", "queued"] == 2
    assert found["marquee_notifications", "failed"] == 1
    assert len([name for name in found if name[0] == "marquee_check_state"]) == 3 * len(CHECKS)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        ("Bearer another", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer täuschend", 401),
        ("", 401),
    ],
)
def test_whoever_has_the_token_reads_the_figures(client, settings, header, status):
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", headers={"Authorization": header}).status_code == status


def test_without_a_token_in_the_settings_none_is_right(client, settings):
    settings.METRICS_TOKEN = ""

    for header in ("Bearer ", "Bearer", ""):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 401


def test_who_is_signed_in_and_no_staff_reads_nothing(client):
    client.force_login(User.objects.create_user("somebody"))

    assert client.get("/metrics").status_code == 401


def test_figures_that_need_no_database_are_there_without_it(client, settings):
    settings.METRICS_TOKEN = TOKEN

    with connection.execute_wrapper(away):
        response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    found = samples(response.text)
    assert found["marquee_check_state", "database", "broken"] == 1
    assert found["marquee_disk_free_bytes",] > 0
    assert ("marquee_searches_total", "cached") not in found


def test_a_database_that_has_gone_since_the_last_look_breaks_neither(admin_client, settings):
    settings.METRICS_TOKEN = TOKEN
    looking.report()

    with connection.execute_wrapper(away):
        ready = admin_client.get("/readyz")
        figures = admin_client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert "database ok\n" in ready.text
    assert ("marquee_searches_total", "cached") not in samples(figures.text)


def test_reading_the_figures_costs_a_bounded_number_of_statements(
    admin_client, django_assert_max_num_queries
):
    rows.search("late", at=timezone.now() - timedelta(hours=1), outcome="")
    cache.clear()

    with django_assert_max_num_queries(MOST_STATEMENTS):
        admin_client.get("/metrics")


def test_a_check_without_figures_has_its_state_all_the_same(admin_client, monkeypatch):
    checks = (Check("one", "One", lambda now: fine("ok")),)
    report = looking.look(checks)
    monkeypatch.setattr(looking, "look", lambda: report)

    found = samples(admin_client.get("/metrics").text)

    assert found["marquee_check_state", "one", State.FINE] == 1
