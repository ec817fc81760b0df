import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.flow.queues import Oldest, depths, oldest
from dashboard.tests import rows
from dashboard.tests.plans import plans_of
from movies.models import Refill, RefillHold, RefillItem
from movies.queueing import enqueue
from movies.tasks import run_search

HOUR = timedelta(hours=1)


def test_the_queues_are_counted_with_what_workers_hold(broker):
    enqueue(run_search, 1)
    enqueue(run_search, 2)
    broker.lpush("bulk\x06\x166", "of another priority")
    broker.hset("unacked", "tag", "message")

    assert depths() == {"interactive": 2, "periodic": 0, "bulk": 1, "unacked": 1}


def test_a_broker_that_is_away_has_no_lengths(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert depths() is None


def item(refill: Refill, due_at: datetime, **facts: object) -> RefillItem:
    return RefillItem.objects.create(refill=refill, movie=rows.film(), due_at=due_at, **facts)


@pytest.mark.django_db
def test_nothing_waits_on_an_empty_site():
    assert oldest(timezone.now()) == Oldest(None, None, None)


@pytest.mark.django_db
def test_the_oldest_of_each_is_what_no_worker_holds_and_what_is_due():
    now = timezone.now()
    held = {"lease": uuid.uuid4(), "lease_until": now + HOUR}
    rows.search("held", at=now - 5 * HOUR, outcome="", **held)
    search = rows.search("waits", at=now - 2 * HOUR, outcome="")
    rows.search("younger", at=now - HOUR, outcome="")
    rows.notification("queued", next_attempt_at=now + HOUR)
    mail = rows.notification("queued", next_attempt_at=now - HOUR)
    refill = Refill.objects.create()
    item(refill, now + HOUR)
    item(refill, now - 4 * HOUR, state="running", **held)
    waits = item(refill, now - 3 * HOUR)
    item(refill, now - 5 * HOUR, state="changed")
    for held_up in ("paused_at", "cancelled_at", "out_of_budget_at", "finished_at"):
        item(Refill.objects.create(**{held_up: now}), now - 6 * HOUR)

    found = oldest(now)

    assert found.search == search.created_at
    assert found.mail == mail.next_attempt_at
    assert found.item == waits.due_at
    RefillHold.objects.create(pk=1, until=now - HOUR, message="Away.", is_refused=False)
    assert oldest(now).item == now - HOUR
    RefillHold.objects.update(until=now + HOUR)
    assert oldest(now).item is None


@pytest.mark.django_db
def test_the_oldest_are_found_by_index():
    with CaptureQueriesContext(connection) as queries:
        oldest(timezone.now())

    if connection.vendor == "sqlite":
        for plan, index in zip(
            plans_of(queries),
            ("search_unfinished", "notification_due", "refill_item_line"),
            strict=True,
        ):
            assert f"INDEX {index}" in plan
            assert "TEMP B-TREE" not in plan
