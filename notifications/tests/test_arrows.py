"""Whatever anybody does in whatever order, rows only go the ways of the table, and none is lost."""

import smtplib
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import ClassVar

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conftest import IS_LONG
from notifications import digests, kinds, mail, outcomes, policies, relaying, services
from notifications.composing import Event
from notifications.models import Notification
from notifications.states import ARROWS, Phase, State
from notifications.tests.moments import (
    ANN,
    BOB,
    SECOND,
    change_policy,
    leases_are_over,
    put_off_is_over,
    windows_are_over,
)

objects = Notification.objects
MOST_EVENTS = 8


@dataclass(frozen=True)
class End:
    """How far a worker comes, and what it meets there."""

    phase: Phase
    answer: dict | None = None
    trouble: Exception | None = None
    reached: bool = True
    arrives: bool = False
    dies: bool = False


TROUBLES = [
    smtplib.SMTPDataError(451, b"try later"),
    smtplib.SMTPDataError(554, b"no such thing"),
    smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
]
ENDS = [
    End(Phase.DATA, {}, arrives=True),
    End(Phase.DATA, {BOB: (550, b"no such user")}, arrives=True),
    End(Phase.DATA, {BOB: (450, b"full")}, arrives=True),
    *(End(Phase.DATA, trouble=trouble) for trouble in TROUBLES),
    End(Phase.DATA, trouble=TROUBLES[-1], arrives=True),
    End(Phase.CONNECT, trouble=ValueError("Invalid address")),
    End(Phase.CONNECT, trouble=TROUBLES[-1]),
    End(Phase.CONNECT, trouble=ConnectionRefusedError(111, "Connection refused"), reached=False),
    End(Phase.CONNECT),
    End(Phase.DATA),
    End(Phase.CONNECT, dies=True),
    End(Phase.DATA, dies=True),
    End(Phase.DATA, dies=True, arrives=True),
]
STAFF = [
    services.retry,
    services.send_now,
    services.cancel,
    services.settle_arrived,
    services.settle_again,
    services.mark_reviewed,
]
# The database itself notes each change of a state, whoever makes it.
JOURNAL = "CREATE TABLE walked (origin varchar(12), goal varchar(12))"
ON_SQLITE = """
CREATE TRIGGER walk AFTER UPDATE OF state ON notifications_notification
WHEN OLD.state <> NEW.state BEGIN INSERT INTO walked VALUES (OLD.state, NEW.state); END
"""
ON_POSTGRESQL = """
CREATE FUNCTION walk() RETURNS trigger AS $$
BEGIN INSERT INTO walked VALUES (OLD.state, NEW.state); RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER walk AFTER UPDATE OF state ON notifications_notification
FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION walk()
"""


class Outbox(RuleBasedStateMachine):
    """Staff, relays and workers at one table, of whom some die."""

    # What the database noted of all runs, of which each is rolled back.
    noted: ClassVar[set[tuple[str, str]]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.staff = User.objects.create_user("sam")
        self.keys = count()
        self.written = 0
        # What workers hold who are stopped, or slow.
        self.asleep: list[Notification] = []
        self.arrived: set[int] = set()
        self.states: Counter[str] = Counter()

    def teardown(self) -> None:
        leases_are_over()
        relaying.reap()
        assert not objects.filter(state=State.SENDING).exists()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # Events, policies and time

    @initialize()
    def a_site_is_used(self) -> None:
        for _ in range(3):
            self.something_happens(kinds.NEW_SEARCH_TERM)
        # Some runs are short: in each a worker has begun, and may be stopped.
        policies.sort_out()
        begun = self.claimed()
        assert begun is not None
        self.asleep.append(begun)

    @precondition(lambda self: self.written < MOST_EVENTS)
    @rule(kind=st.sampled_from([kinds.NEW_SEARCH_TERM, kinds.TEST]))
    def something_happens(self, kind: str) -> None:
        """An event, of which everybody is told twice."""
        event = Event(kind, f"key {next(self.keys)}", "Subject", ("Words",))
        assert services.notify(event).pk == services.notify(event).pk
        self.written += 1

    @rule(
        delivery=st.sampled_from(["now", "digest", "none"]),
        ambiguous=st.sampled_from(["resend", "hold"]),
        rate=st.sampled_from([1, 20]),
    )
    def policies_are_changed_and_asked(self, delivery: str, ambiguous: str, rate: int) -> None:
        change_policy(delivery=delivery, ambiguous=ambiguous, rate_per_hour=rate)
        policies.sort_out()

    @precondition(lambda self: self.states["held"])
    @rule()
    def windows_close(self) -> None:
        windows_are_over()
        digests.close_windows()

    @precondition(lambda self: self.states["queued"])
    @rule()
    def what_waits_is_too_late(self) -> None:
        objects.filter(state=State.QUEUED).update(expires_at=timezone.now() - SECOND)
        relaying.expire()

    # Workers

    @precondition(lambda self: self.states["queued"])
    @rule(most=st.integers(1, 3), stops=st.booleans())
    def a_relay_takes_a_batch_and_begins_one(self, most: int, stops: bool) -> None:
        put_off_is_over()
        batch = objects.claim_due(most)
        self.asleep += [one for one in batch[:1] if objects.reach(one, Phase.CONNECT)]
        if stops:
            relaying.release(batch[1:])

    @precondition(lambda self: self.states["queued"] or self.asleep)
    @rule(sleeper=st.booleans(), end=st.sampled_from(ENDS))
    def a_worker_mails(self, sleeper: bool, end: End) -> None:
        """One that was asleep goes on, or another one begins; it comes as far as `end`."""
        row = self.asleep.pop(0) if self.asleep and sleeper else self.claimed()
        if row is None:
            return
        if end.phase == Phase.DATA and row.phase != Phase.DATA:
            if not objects.reach(row, Phase.DATA):
                outcomes.finish(row, outcomes.stopped(timezone.now()))
                return
            row.phase = Phase.DATA
        self.come_to(end, row)

    def claimed(self) -> Notification | None:
        put_off_is_over()
        pk = objects.due().values_list("pk", flat=True).first()
        return objects.claim(pk or 0)

    def come_to(self, end: End, row: Notification) -> None:
        now = timezone.now()
        if end.arrives:
            self.arrived.add(row.pk)
        if end.answer is not None:
            receipt = mail.Receipt([ANN, BOB], "250 OK", end.answer)
            outcomes.finish(row, outcomes.of_receipt(row, receipt, now))
        elif end.trouble:
            phase, reached = Phase(row.phase), end.reached
            outcomes.finish(row, outcomes.of_error(row, end.trouble, phase, now, reached=reached))
        elif not end.dies:
            self.asleep.append(row)

    @precondition(lambda self: self.states["sending"])
    @rule()
    def leases_end(self) -> None:
        leases_are_over()
        relaying.reap()

    @precondition(lambda self: self.states["queued"])
    @rule()
    def there_is_nobody_to_mail_to(self) -> None:
        row = self.claimed()
        if row:
            nobody = mail.Receipt([], "", {})
            outcomes.finish(row, outcomes.of_receipt(row, nobody, timezone.now()))

    # Staff

    @rule(act=st.sampled_from(STAFF), every=st.integers(1, 2))
    def staff_act(self, act, every: int) -> None:
        pks = list(objects.order_by("pk").values_list("pk", flat=True))[::every]
        moved = act(pks, self.staff)
        if act is services.settle_arrived:
            self.arrived |= set(moved)

    @precondition(lambda self: self.states["sent"])
    @rule()
    def staff_ask_for_a_copy(self) -> None:
        original = objects.filter(state=State.SENT).first()
        assert original
        services.resend_copy(original, self.staff, str(next(self.keys)))
        self.written += 1

    # What is true at any time

    @invariant()
    def only_ways_of_the_table_were_walked(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT origin, goal FROM walked")
            walked = cursor.fetchall()
        self.noted.update(walked)
        assert not [(one, other) for one, other in walked if State(other) not in ARROWS[one]]

    @invariant()
    def every_row_is_what_it_says(self) -> None:
        rows = list(
            objects.annotate(found=Count("attempt_log")).values_list(
                *("pk", "state", "origin", "lease", "sent_at", "digest", "tries", "found"),
                named=True,
            )
        )
        self.states = Counter(row.state for row in rows)
        made = [row.pk for row in rows if row.origin == "digest"]
        members = Counter(row.digest for row in rows if row.digest)

        assert len(rows) - len(made) == self.written  # no row is lost
        assert set(members) == set(made)
        assert all(size > 1 for size in members.values())
        for row in rows:
            assert (row.state == State.SENDING) == (row.lease is not None)
            assert (row.state == State.MERGED) == (row.digest is not None)
            assert row.found == row.tries  # every try is written down
            if row.state in (State.SENT, State.PARTIAL):
                assert row.sent_at is not None
                assert row.pk in self.arrived


@pytest.mark.django_db
def test_rows_only_go_the_ways_of_the_table_whatever_anybody_does():
    with connection.cursor() as cursor:
        cursor.execute(JOURNAL)
        cursor.execute(ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL)

    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=15 if IS_LONG else 5,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert (State.QUEUED, State.SENDING) in Outbox.noted
