from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Attempt, Notification
from notifications.statements import Update, execute

MINUTE = timedelta(minutes=1)


def test_each_update_tells_how_many_rows_it_changed(queued):
    first, second = queued(), queued()
    changes = {"reason": "one of 2 % of all", "has_refused": True, "refused": {"ann": "550 'no'"}}

    changed = execute(
        [
            Update(Notification, {"id": first.pk, "state": "queued"}, changes),
            Update(Notification, {"state": "sending"}, {"reason": "nobody's"}),
            Update(Notification, {"state": "queued"}, {"phase": "data"}),
        ],
        "default",
    )

    assert changed == [1, 0, 2]
    first.refresh_from_db()
    second.refresh_from_db()
    assert {name: getattr(first, name) for name in changes} == changes
    assert (first.phase, second.phase, second.reason) == ("data", "data", "")


def test_a_duration_is_so_long_from_now(queued):
    row = queued()

    execute([Update(Notification, {"id": row.pk}, {"next_attempt_at": MINUTE})], "default")

    row.refresh_from_db()
    assert abs(row.next_attempt_at - timezone.now() - MINUTE) < timedelta(seconds=10)


@pytest.mark.django_db(transaction=True)
def test_of_several_updates_all_are_made_or_none(queued):
    row = queued()
    good = Update(Notification, {"id": row.pk}, {"reason": "changed"})
    bad = Update(Notification, {"id": row.pk}, {"state": "unheard of"})

    with pytest.raises(IntegrityError):
        execute([good, bad], "default")

    row.refresh_from_db()
    assert row.reason == ""


def test_inside_a_transaction_nothing_is_committed_before_its_end(queued):
    row = queued()

    with transaction.atomic():
        execute([Update(Notification, {"id": row.pk}, {"reason": "changed"})], "default")
        transaction.set_rollback(True)

    row.refresh_from_db()
    assert row.reason == ""


def test_a_session_plans_the_same_columns_once(queued):
    rows = [queued(), queued(), queued()]

    with CaptureQueriesContext(connection) as queries:
        for row in rows:
            execute([Update(Attempt, {"notification_id": row.pk}, {"code": 250})], "default")

    planned = [query for query in queries if query["sql"].startswith("PREPARE")]
    assert len(planned) <= 1
    assert len(queries) == len(planned) + 3


def test_the_same_columns_are_the_same_statement():
    assert Update(Attempt, {"number": 1}, {"code": 250, "error": "no"}).sql("sqlite") == (
        "UPDATE notifications_attempt SET code = %s, error = %s WHERE number = %s"
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("synced", [True, False])
def test_what_is_synced_is_on_the_disk_of_sqlite_too(queued, synced):
    row = queued()
    update = Update(Notification, {"id": row.pk}, {"phase": "data"})

    with CaptureQueriesContext(connection) as asked:
        execute([update], "default", synced=synced)

    told = [query["sql"] for query in asked if "PRAGMA" in query["sql"]]
    full = ["PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL"]
    assert told == (full if synced and connection.vendor == "sqlite" else [])
