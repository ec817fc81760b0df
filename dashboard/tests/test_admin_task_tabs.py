import pytest
from django.urls import reverse

from dashboard.tests import rows
from dashboard.tests.rows import task

pytestmark = pytest.mark.django_db


def test_the_page_of_a_search_and_of_a_notification_show_what_the_workers_did(admin_client):
    search, mail = rows.search(), rows.notification()
    for name, about in (
        ("movies.tasks.run_search", search),
        ("notifications.tasks.deliver", mail),
    ):
        done = task(name, about=about.pk)
        model = about._meta
        url = reverse(f"admin:{model.app_label}_{model.model_name}_change", args=[about.pk])
        shown = reverse("admin:dashboard_taskrecord_change", args=[done.pk])

        assert shown in admin_client.get(url, {"tab": "tasks"}).content.decode()


def test_only_the_newest_tasks_of_a_row_are_shown(admin_client, monkeypatch):
    monkeypatch.setattr("dashboard.admin.task_tabs.ROWS", 1)
    search = rows.search()
    task(about=search.pk)
    task(about=search.pk)
    url = reverse("admin:movies_search_change", args=[search.pk])

    assert "The newest 1 tasks." in admin_client.get(url, {"tab": "tasks"}).content.decode()
