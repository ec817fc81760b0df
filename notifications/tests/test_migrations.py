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
    migrate()


def migrate() -> None:
    # All of them: the way back took along what others built on it.
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_rows_of_before_the_outbox_go_on_by_its_rules(old_rows):
    over = NOW - timedelta(minutes=10)
    waited = old_rows(state="queued", attempts=2)
    whole = old_rows(state="sent", sent_at=NOW)
    partly = old_rows(state="sent", sent_at=NOW, reason="Refused for bob@example.org (550 no)")
    sending = old_rows(state="sending", attempts=1, lease=uuid.uuid4(), lease_until=over)

    migrate()

    rows = Notification.objects.in_bulk([waited, whole, partly, sending])
    assert rows[waited] in Notification.objects.due()
    assert (rows[waited].tries, rows[waited].site) == (2, "localhost")
    assert rows[whole].state == "sent"
    assert (rows[partly].state, rows[partly].has_refused) == ("partial", True)
    # What was being sent may have arrived.
    assert relaying.reap() == {"in doubt, sending again": 1}
    rows[sending].refresh_from_db()
    assert (rows[sending].state, rows[sending].repeats) == ("queued", 1)
    assert rows[sending].attempt_log.get().outcome == "crashed"
