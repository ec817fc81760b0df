import json

import pytest
from django.urls import reverse
from django_celery_results.models import GroupResult

from dashboard.admin import task_groups
from dashboard.tests.rows import task
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db


def group_of(*ids: str) -> GroupResult:
    stored = [["group", None], [[[task_id, None], None] for task_id in ids]]
    return GroupResult.objects.create(group_id="group", result=json.dumps(stored))


def test_the_tasks_of_a_group_are_for_those_who_may_see_tasks(client):
    group = group_of(task().task_id)
    client.force_login(allowed("view_groupresult"))

    url = reverse("admin:django_celery_results_groupresult_change", args=[group.pk])
    assert "Run a search" not in client.get(url).content.decode()


@pytest.mark.parametrize("stored", ["", "null", "[]", '["g", 3]', '{"a": 1}', "nonsense"])
def test_a_group_that_cannot_be_read_has_no_tasks(stored):
    assert task_groups.members(GroupResult(result=stored)) == []


def test_a_group_shows_its_tasks(admin_client):
    group = group_of(task().task_id)
    url = reverse("admin:django_celery_results_groupresult_change", args=[group.pk])
    groups = reverse("admin:django_celery_results_groupresult_changelist")

    assert "Run a search" in admin_client.get(url).content.decode()
    assert "group" in admin_client.get(groups).content.decode()
    assert (
        "Groups of tasks"
        in admin_client.get(reverse("admin:dashboard_taskrecord_changelist")).content.decode()
    )
