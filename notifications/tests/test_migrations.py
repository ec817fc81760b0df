import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from notifications import relaying
from notifications.models import Notification

NOW = timezone.now()
BEFORE = [("notifications", "0001_initial")]


@pytest.fixture
def old_rows(transactional_db):
    """The table as it was before the outbox; returns a maker of its rows."""
    executor = MigrationExecutor(connection)
    newest = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "notifications"]
    executor.migrate(BEFORE)
    apps = executor.loader.project_state(BEFORE).apps

    def make(attempts: int = 0, **fields) -> int:
        identity = uuid.uuid4()
        row = apps.get_model("notifications", "Notification").objects.create(
            uuid=identity,
            kind="new_search_term",
            dedup_key=str(identity),
            subject="New Search Term",
            text="Dune\n",
            message_id=f"<{identity}@localhost>",
            attempts=attempts,
            **fields,
        )
        Attempt = apps.get_model("notifications", "Attempt")
        for number in range(attempts):
            Attempt.objects.create(notification=row, number=number + 1)
        return row.pk

    yield make
    MigrationExecutor(connection).migrate(newest)


def migrate() -> None:
    executor = MigrationExecutor(connection)
    newest = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "notifications"]
    executor.migrate(newest)


def test_what_waited_goes_on_from_this_site(old_rows):
    pk = old_rows(state="queued", attempts=2)

    migrate()

    notification = Notification.objects.get(pk=pk)
    assert notification in Notification.objects.due()
    assert (notification.tries, notification.site) == (2, "localhost")


def test_what_was_sent_to_some_is_partly_refused(old_rows):
    whole = old_rows(state="sent", sent_at=NOW)
    partly = old_rows(state="sent", sent_at=NOW, reason="Refused for bob@example.org (550 no)")

    migrate()

    assert Notification.objects.get(pk=whole).state == "sent"
    notification = Notification.objects.get(pk=partly)
    assert (notification.state, notification.has_refused) == ("partial", True)


def test_what_was_being_sent_may_have_arrived(old_rows):
    over = NOW - timedelta(minutes=10)
    pk = old_rows(state="sending", attempts=1, lease=uuid.uuid4(), lease_until=over)
    migrate()

    assert relaying.reap() == {"in doubt, sending again": 1}

    notification = Notification.objects.get(pk=pk)
    assert (notification.state, notification.repeats) == ("queued", 1)
    assert notification.attempt_log.get().outcome == "crashed"
