import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from dashboard import sidebar
from dashboard.results.folding import fold_tasks
from dashboard.tests import rows
from movies.models import Genre, Refill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_cached_badges():
    cache.clear()
    yield
    cache.clear()


def lit(client, url: str) -> list[str]:
    """Return the items of the sidebar that the page at `url` marks as its own."""
    groups = client.get(url).context["sidebar_navigation"]
    return [item["title"] for group in groups for item in group["items"] if item["active"]]


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("admin:index", "Dashboard"),
        ("dashboard:terms", "Terms"),
        ("dashboard:compare", "Terms"),
        ("admin:movies_searchterm_changelist", "Terms"),
        ("admin:movies_search_changelist", "Search log"),
        ("admin:movies_movie_changelist", "Films"),
        ("admin:movies_refill_changelist", "Re-fills"),
        ("admin:movies_genre_changelist", "Films"),
        ("admin:notifications_notification_changelist", "Log"),
        ("dashboard:flow", "Flow"),
        ("dashboard:schedule", "Schedule"),
        ("dashboard:signals", "Signals"),
        ("admin:django_celery_results_groupresult_changelist", "Tasks"),
        ("admin:dashboard_taskrecord_changelist", "Tasks"),
        ("admin:dashboard_errorgroup_changelist", "Errors"),
        ("admin:auth_user_add", "Users"),
        ("admin:dashboard_lockout_changelist", "Users"),
        ("admin:admin_logentry_changelist", "Audit"),
    ],
)
def test_one_item_is_lit(admin_client, url, title):
    assert lit(admin_client, reverse(url)) == [title]


def test_the_page_of_a_row_lights_its_list(admin_client):
    genre = Genre.objects.create(name="Drama")

    assert lit(admin_client, reverse("admin:movies_genre_change", args=[genre.pk])) == ["Films"]


def test_nothing_is_lit_where_no_address_was_found(rf):
    items = sidebar.navigation(rf.get("/"))[0]["items"]

    assert not items[0]["active"](rf.get("/"))


def test_a_badge_counts_what_runs_and_what_failed(admin_client, rf):
    assert sidebar.running_refills(rf.get("/")) is None
    cache.clear()
    Refill.objects.create()
    rows.notification("failed")
    rows.task_result("FAILURE", result=rows.raised("KeyError"))
    rows.task_result("FAILURE", timezone.now() - timedelta(days=2), result=rows.raised("E"))
    fold_tasks(timezone.now())

    html = admin_client.get(reverse("admin:movies_movie_changelist")).content.decode()

    assert re.search(r'badge-info">1<span class="spoken"> running', html)
    assert re.search(r'badge-danger">1<span class="spoken"> not reviewed', html)
    assert re.search(r'badge-danger">1<span class="spoken"> new in 24 hours', html)


def test_a_badge_stops_at_99(rf):
    Refill.objects.bulk_create(Refill() for _ in range(120))

    assert sidebar.running_refills(rf.get("/")) == "99+"


def test_a_badge_is_counted_once_in_a_few_seconds(rf, django_assert_num_queries):
    with django_assert_num_queries(1):
        sidebar.unreviewed_failures(rf.get("/"))
        sidebar.unreviewed_failures(rf.get("/"))


@pytest.mark.parametrize(
    ("demo", "environment", "expected"),
    [
        (True, "development", ["Demo", "info"]),
        (True, "demo", ["Demo: sample data", "info"]),
        (False, "development", ["Development", "info"]),
        (False, "production", None),
    ],
)
def test_every_page_says_where_it_is_except_in_production(
    rf, settings, demo, environment, expected
):
    settings.OMDB_DEMO, settings.ENVIRONMENT = demo, environment

    assert sidebar.environment(rf.get("/")) == expected


def test_signing_in_says_demo_too(client, settings):
    assert "Demo" in client.get(reverse("admin:login")).content.decode()
    settings.OMDB_DEMO, settings.ENVIRONMENT = False, "production"
    assert "Demo" not in client.get(reverse("admin:login")).content.decode()
