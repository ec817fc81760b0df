"""What the lists of tasks and errors ask of a large table: by index, and never all of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard.models import ErrorGroup, TaskRecord

pytestmark = pytest.mark.django_db

TASKS = reverse("admin:dashboard_taskrecord_changelist")
ERRORS = reverse("admin:dashboard_errorgroup_changelist")


@pytest.fixture
def many(admin_client):
    now = timezone.now()
    group = ErrorGroup.objects.create(fingerprint="a", first_seen=now, last_seen=now)
    TaskRecord.objects.bulk_create(
        TaskRecord(
            result_id=number,
            task="movies.tasks.run_search",
            state="failed" if number % 50 == 0 else "done",
            changed_at=now - timedelta(minutes=number),
            group=group if number % 50 == 0 else None,
        )
        for number in range(1, 2101)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return admin_client


def plans(client, url: str, **query: str) -> list[str]:
    """Return the plan of each statement about records that a page makes."""
    client.get(url, query)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url, query).status_code == 200
    found = []
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    for statement in asked.captured_queries:
        if "dashboard_taskrecord" in statement["sql"]:
            with connection.cursor() as cursor:
                cursor.execute(explain + statement["sql"].replace("%", "%%"))
                found.append("\n".join(str(line[-1]) for line in cursor.fetchall()))
    return found


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "failed"},
        {"state": "done"},
        {"task": "movies.tasks.run_search"},
        {"task": "movies.tasks.run_search", "state": "failed"},
        {"about": "search"},
        {"day_from": "2020-01-01"},
        {"group__exact": "1"},
        {"q": "17"},
        {"q": "KeyError"},
        {"p": "30"},
    ],
)
def test_each_view_of_the_list_goes_by_an_index(many, query):
    found = plans(many, TASKS, **query)

    assert found
    for plan in found:
        assert not re.search(r"SCAN dashboard_taskrecord$", plan, re.MULTILINE), plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan, plan


@pytest.mark.sqlite
def test_errors_are_counted_by_an_index(many):
    for plan in plans(many, ERRORS):
        assert not re.search(r"SCAN dashboard_taskrecord$", plan, re.MULTILINE), plan


def test_the_list_is_counted_no_further_than_it_is_turned(many):
    html = many.get(TASKS, {"p": "1"}).content.decode()

    assert "The newest of more." in html
    assert "2,000 tasks" in html
