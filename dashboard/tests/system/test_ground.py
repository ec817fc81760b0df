import shutil
import socket
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from dashboard.system import ground
from dashboard.system.lines import Line, State
from dashboard.tests.system.away import away

NOW = timezone.now()


def measured(line: Line) -> dict[str, float]:
    return {figure.name: figure.value for figure in line.figures}


@pytest.mark.django_db
def test_a_database_that_answers_is_fine_and_says_how_soon():
    line = ground.database(NOW)

    assert line.state == State.FINE
    assert 0 < measured(line)["marquee_database_answer_seconds"] < 5


@pytest.mark.django_db
def test_a_database_that_breaks_off_is_broken():
    with connection.execute_wrapper(away):
        line = ground.database(NOW)

    assert (line.state, line.words) == (State.BROKEN, "out of reach (OperationalError)")


@pytest.mark.django_db
def test_a_database_that_has_every_migration_is_fine():
    line = ground.migrations(NOW)

    assert line.state == State.FINE
    assert measured(line) == {"marquee_migrations_unapplied": 0}


@pytest.mark.django_db
def test_a_migration_that_was_not_applied_is_named():
    MigrationRecorder.Migration.objects.filter(app="dashboard", name="0001_initial").delete()

    line = ground.migrations(NOW)

    assert (line.state, line.words) == (State.BROKEN, "1 is not applied")
    assert line.you_can == "run manage.py migrate (dashboard.0001_initial)."


@pytest.mark.django_db
def test_of_many_migrations_the_first_are_named():
    MigrationRecorder.Migration.objects.all().delete()

    assert ground.migrations(NOW).you_can.endswith(", …).")


def test_a_disk_with_room_is_fine_and_says_how_much(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=5 * 2**30))

    line = ground.disk(NOW)

    assert (line.state, line.words) == (State.FINE, "5.0\N{NO-BREAK SPACE}GB left")
    assert measured(line) == {"marquee_disk_free_bytes": 5 * 2**30}


def test_a_disk_that_is_nearly_full_is_broken(monkeypatch, settings):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=2**29))

    line = ground.disk(NOW)

    assert line.state == State.BROKEN
    assert str(settings.VAR_DIR) in line.you_can


def test_a_broker_that_answers_is_fine_and_says_how_much_waits(broker):
    broker.rpush("bulk", "one", "two")

    line = ground.broker(NOW)

    assert (line.state, line.words) == (State.FINE, "2 messages wait")
    depths = {dict(figure.labels)["queue"]: figure.value for figure in line.figures}
    assert depths == {"interactive": 0, "periodic": 0, "bulk": 2, "unacked": 0}


def test_a_broker_that_refuses_is_broken_and_nothing_is_lost(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    line = ground.broker(NOW)

    assert (line.state, line.words) == (State.BROKEN, "out of reach")
    assert "nothing is lost" in line.by_itself


def test_a_broker_that_is_frozen_is_broken_too(settings):
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        settings.REDIS_URL = f"redis://127.0.0.1:{frozen.getsockname()[1]}/0"

        assert ground.broker(NOW).state == State.BROKEN


def test_settings_that_are_safe_are_fine():
    line = ground.settings_are_safe(NOW)

    assert line.state == State.FINE
    assert measured(line) == {"marquee_dangerous_settings": 0}


def test_dangerous_settings_are_named_with_their_hints(settings):
    settings.ADMINS, settings.EMAIL_TIMEOUT = [], None

    line = ground.settings_are_safe(NOW)

    assert line.state == State.BROKEN
    assert line.words == "2 are dangerous (marquee.W001, notifications.W001)"
    assert "EMAIL_TIMEOUT" in line.by_itself
    assert "Set ADMINS" in line.you_can


def test_production_also_hears_of_what_it_would_not_have_started_with(settings):
    settings.ENVIRONMENT = "production"

    assert ground.settings_are_safe(NOW).words == (
        "3 are dangerous (marquee.E003, marquee.E004, marquee.E005)"
    )
