"""Pages that show several rooms. Tasks: test_admin_tasks.py; people: test_admin_people.py."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from dashboard.rollup import rolling
from dashboard.tests import rows
from movies.models import Movie, Origin, Refill, SearchTerm
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def told(client, row) -> str:
    """Return the notifications tab of the row's page."""
    page = f"admin:movies_{row._meta.model_name}_change"
    response = client.get(reverse(page, args=[row.pk]), {"tab": "notifications"})
    return response.content.decode()


def about(row, state: str = "failed") -> Notification:
    notification = rows.notification(state, reason="Refused.")
    notification.about = row
    notification.save()
    return notification


@pytest.fixture
def term() -> SearchTerm:
    return rows.search().term


@pytest.mark.parametrize("make", [lambda: rows.search().term, rows.film, Refill.objects.create])
def test_a_page_shows_the_notifications_about_its_row(admin_client, make):
    row = make()
    notification = about(row)
    Notification.objects.exclude(pk=notification.pk).delete()

    html = told(admin_client, row)

    assert reverse("admin:notifications_notification_change", args=[notification.pk]) in html
    assert "Refused." in html


def test_notifications_are_not_shown_without_the_right_to_them(client, member, term):
    viewer = member("Viewers")
    viewer.groups.get().permissions.remove(Permission.objects.get(codename="view_notification"))
    client.force_login(viewer)

    assert "Nobody was told" not in told(client, term)
    assert "?tab=notifications" not in told(client, term)


def test_a_page_without_notifications_says_why(admin_client, term):
    Notification.objects.all().delete()
    imported = SearchTerm.objects.create(term="old", origin=Origin.IMPORT)
    lacking, complete = rows.film(), rows.film(is_full_record=True)
    Notification.objects.all().delete()

    assert "imported terms are not mailed." in told(admin_client, imported)
    assert "It was first searched by a visitor, " in told(admin_client, term)
    assert "a film is told of when its details come." in told(admin_client, lacking)
    assert "older than what is kept." in told(admin_client, complete)
    assert "re-fills are not mailed." in told(admin_client, Refill.objects.create())


# --- The frame ------------------------------------------------------------------------


def test_a_page_without_scripts_says_that_it_needs_them(admin_client):
    html = admin_client.get(reverse("admin:movies_movie_changelist")).content.decode()

    assert '<noscript><p class="needs-javascript">This dashboard needs JavaScript.</p>' in html
    assert html.count("<main") == 1
    assert "Skip to the content" in html


def test_no_page_runs_a_script_of_its_own(admin_client):
    film = Movie.objects.create(imdb_id="tt0000001", title="<script>alert(1)</script>")

    html = admin_client.get(reverse("admin:movies_movie_change", args=[film.pk])).content.decode()

    assert "<script>" not in html
    assert (
        "unsafe-inline"
        not in admin_client.get("/admin/")["Content-Security-Policy"].split("style-src")[0]
    )


@pytest.mark.parametrize(
    ("page", "lookup", "value"),
    [
        ("notifications_notification", "subject", "\0"),
        ("notifications_notification", "text__regex", "(a+)+$"),
        ("dashboard_taskrecord", "task__exact", "\0"),
        ("dashboard_taskrecord", "changed_at__gte", "0001-01-01T00:00:00+14:00"),
        ("django_celery_results_groupresult", "result__regex", "("),
        ("auth_user", "username__regex", "("),
        ("auth_user", "email__startswith", "a"),
        ("auth_user", "password__startswith", "pbkdf2"),
        ("auth_group", "name__regex", "(a+)+$"),
        ("auth_group", "permissions__codename", "\0"),
    ],
)
def test_no_list_is_asked_anything_but_what_it_offers(admin_client, page, lookup, value):
    response = admin_client.get(reverse(f"admin:{page}_changelist"), {lookup: value})

    assert response.status_code == 400


@pytest.mark.parametrize(
    "page",
    [
        "notifications_notification",
        "dashboard_taskrecord",
        "django_celery_results_groupresult",
        "auth_user",
        "auth_group",
    ],
)
@pytest.mark.parametrize("text", ["a " * 1800, "a" * 60_000, "\0", '"'])
def test_anything_may_be_typed_into_any_search_box(admin_client, page, text):
    response = admin_client.get(reverse(f"admin:{page}_changelist"), {"q": text})

    assert response.status_code == 200


def test_every_link_of_the_first_page_leads_somewhere(admin_client):
    rows.search(outcome="failed", calls=1)
    rows.film(is_full_record=True)
    rows.notification("failed")
    rows.task_result("FAILURE")
    rolling.roll_up()

    html = admin_client.get(reverse("admin:index")).content.decode()
    links = {unescape(link) for link in re.findall(r'href="(/admin/[^"]*\?[^"]*)"', html)}

    assert len(links) > 5
    assert {link for link in links if admin_client.get(link).status_code != 200} == set()
