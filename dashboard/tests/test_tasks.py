from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard import tasks
from dashboard.tests import rows
from movies.models import Search

pytestmark = pytest.mark.django_db


def test_the_digest_of_last_week_waits_until_there_are_figures_and_may_run_twice():
    for _ in range(2):
        assert tasks.digest_week() in {"waits for Monday", "waits for the figures"}


def test_the_nightly_prune_says_what_it_removed_and_may_run_twice():
    rows.search(at=timezone.now() - timedelta(days=92), counted=True)

    assert tasks.prune() == "1 search"
    assert tasks.prune() == "nothing"
    assert not Search.objects.exists()
