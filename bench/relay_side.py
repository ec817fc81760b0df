"""What runs in a process of ours that mails: the relay, and what a receiver adds to a request."""

import time
import uuid
from datetime import timedelta
from itertools import count

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from bench.timing import Pace, Queries, paced, queries
from movies.models import SearchTerm
from notifications import composing, kinds, outcomes, querysets, receivers, relaying, texts
from notifications.models import Notification, Origin
from notifications.states import State

TEXT = "x" * 199 + "\n"
# What a dead worker held is taken back so soon, and tried again at once.
SHORT_LEASE = timedelta(seconds=2)
NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "SET", "PRAGMA", "PREPARE")


def migrate() -> None:
    call_command("migrate", verbosity=0)


def queue(mails: int) -> None:
    """Write so many notifications that their policy has let pass, as after a digest."""
    now = timezone.now()
    rows = [_row(number) for number in range(mails)]
    for row in rows:
        row.passed_at = row.next_attempt_at = now
    Notification.objects.bulk_create(rows)


def relay() -> None:
    """Let the relay run until nothing is due; one run of it ends after a minute."""
    while relaying.relay()["sent"]:
        pass


def unsent() -> int:
    return Notification.objects.filter(passed_at__isnull=False).exclude(state=State.SENT).count()


def statements(mails: int) -> float:
    """Return how many statements the relay executes for each of so many mails."""
    executed, left = 0, mails
    while left:
        # Of a whole batch a second connection would take its part, and not be counted.
        portion = min(left, relaying.BATCH - 1)
        queue(portion)
        with queries() as found:
            relay()
        executed += _counted(found)
        left -= portion
    return executed / mails


def be_quick_to_recover() -> None:
    """Shorten the lease of this process, and the wait for another try."""
    querysets.LEASE = SHORT_LEASE
    outcomes.BASE_DELAY = timedelta(0)


def recover() -> None:
    """Let the relay run until nothing is left of what another process began."""
    be_quick_to_recover()
    while unsent():
        relay()
        time.sleep(0.1)


def statements_of_receiver() -> int:
    """Return how many statements one more term costs its request, without savepoints."""
    # The first one of a process asks for content types, too.
    _announce(next(_numbers))
    with transaction.atomic(), queries() as found:
        _announce(next(_numbers))
    return _counted(found)


def receive(seconds: float) -> Pace:
    """Have the receiver hear of new terms for a while, each in a commit of its own."""
    pace = paced(_announce, _numbers, seconds)
    # A receiver never raises.
    assert Notification.objects.filter(kind=kinds.NEW_SEARCH_TERM).exists()
    return pace


_numbers = count(1)


def _counted(found: Queries) -> int:
    """Return how many statements there are, of which several may go together."""
    each = (statement for sql, _ in found for statement in sql.split("; "))
    return sum(not statement.startswith(NOT_COUNTED) for statement in each)


def _announce(number: int) -> None:
    receivers.announce_new_term(
        instance=SearchTerm(pk=number, term=f"the film of rank {number}"), created=True
    )


def _row(number: int) -> Notification:
    identity = uuid.uuid4()
    words = texts.Words(f"Mail {number}", TEXT, "")
    key = f"bench:{identity}"
    return composing.row(kinds.TEST, words, identity, dedup_key=key, origin=Origin.TEST)
