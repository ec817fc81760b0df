from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard import services
from dashboard.models import TaskHour, WorkerHeartbeat
from dashboard.tests.flow.flowing import worker

pytestmark = pytest.mark.django_db


def test_a_worker_that_was_killed_is_forgotten_after_a_day():
    now = timezone.now()
    worker("killed", at=now - timedelta(hours=25))
    worker("silent", at=now - timedelta(hours=23))

    assert services.prune(now)["heartbeats"] == 1
    assert WorkerHeartbeat.objects.get().name == "silent"


def test_the_hours_of_tasks_are_kept_for_ninety_days():
    now = timezone.now()
    for days in (89, 91, 92):
        TaskHour.objects.create(hour=now - timedelta(days=days), task="movies.tasks.sweep", runs=1)

    assert services.prune(now)["hours of tasks"] == 2
    assert TaskHour.objects.count() == 1
