import os
import subprocess
import sys

import pytest
from django.utils import timezone

from conftest import database_environment, wait_until
from dashboard.flow.beat import beat, beat_at
from dashboard.flow.version import VERSION


@pytest.mark.django_db(transaction=True)
def test_the_ordinary_command_beats_while_it_ticks_and_says_that_it_ends(broker, tmp_path):
    words = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "beat", "--pidfile="]
    process = subprocess.Popen(
        [*words, "--schedule", str(tmp_path / "schedule"), "--loglevel", "WARNING"],
        env={**os.environ, **database_environment()},
    )
    try:
        wait_until(beat_at)
        found = beat(timezone.now())
        assert found.is_alive
        assert found.version == VERSION
        assert set(found.plans) >= {"sweep", "relay", "reconcile", "roll_up", "prune"}
        assert found.plans["prune"]["sent_at"] is None
        assert found.plans["sweep"]["next_at"]
    finally:
        process.terminate()
        process.wait(20)

    assert beat(timezone.now()).stopped_at
