from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard import services
from dashboard.models import WorkerHeartbeat
from dashboard.tests.flow.test_workers import told

pytestmark = pytest.mark.django_db


def test_a_worker_that_was_killed_is_forgotten_after_a_day():
    now = timezone.now()
    told("killed", at=now - timedelta(hours=25))
    told("silent", at=now - timedelta(hours=23))

    assert services.prune(now)["heartbeats"] == 1
    assert WorkerHeartbeat.objects.get().name == "silent"
