"""The self-test: a probe that goes the way of all work, from a press to a mail."""

from datetime import datetime

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard import tasks
from dashboard.models import SelfTest
from dashboard.system.hops import newest, way_of
from dashboard.system.probe import SELF_TEST
from movies.queueing import enqueue
from notifications import policies


def start(user: User, requested_at: datetime) -> tuple[SelfTest, bool]:
    """Send a probe on its way; return it, or the one that is under way, and whether it is new."""
    with transaction.atomic():
        # One at a time, on any number of hosts: whoever presses next waits here.
        policies.locked(SELF_TEST)
        last = newest()
        if last and way_of(last, timezone.now()).is_running:
            return last, False
        test = SelfTest.objects.create(requested_by=user, requested_at=requested_at)
        LogEntry.objects.log_actions(user.pk, [test], ADDITION, "Asked for a self-test.")
        transaction.on_commit(lambda: publish(test.pk), robust=True)
    return test, True


def publish(pk: int) -> None:
    """Hand the probe to the broker, and write down whether it took it."""
    moment = "published_at" if enqueue(tasks.self_test, pk) else "refused_at"
    SelfTest.objects.filter(pk=pk).update(**{moment: timezone.now()})
