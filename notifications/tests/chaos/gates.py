"""What must hold after a run: the journal of the mail server against what the rows say."""

import json
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from notifications.models import Ambiguous, Attempt, KindPolicy, Notification
from notifications.states import OPEN, Phase, State
from notifications.tests.chaos.run import Run
from notifications.tests.chaos.server import DROPS_EVERY

# Longer than any worker needs that waits for the one that was stopped.
SENDING_BEYOND_LEASE = 30.0
NOT_MAILED = (State.UNCERTAIN, State.FAILED, State.EXPIRED)

type Hit = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Gate:
    """One line of the verdict."""

    holds: bool
    words: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.holds else 'FAIL'} {self.words}"


@dataclass(frozen=True, slots=True)
class Copy:
    """One line of the journal: a mail that the server took."""

    message_id: str
    sha256: str
    recipients: list[str]
    dropped: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run left behind; `kills` and `stops` are the attempts that were broken into."""

    copies: dict[str, list[Copy]]
    rows: list[Notification]
    attempts: dict[Hit, Attempt]
    resending: set[str]
    kills: list[list[Hit]]
    stops: list[list[Hit]]
    outages: int
    # Sent again by staff, for it had been in doubt too often.
    resent: int
    # Seconds that a row was still being sent after its lease, at most.
    overdue: float

    def of(self, row: Notification) -> list[Copy]:
        return self.copies.get(row.message_id, [])

    def repeats(self, row: Notification) -> int:
        return max(0, len(self.of(row)) - 1)

    def hits_in_data(self, row: Notification) -> int:
        """Return how many attempts were broken into after the text was begun, for any reason."""
        hits = {hit for hit in flat(self.kills + self.stops) if hit[0] == row.pk}
        in_data = [self.attempts[hit] for hit in hits if hit in self.attempts]
        return sum(
            one.phase == Phase.DATA and one.outcome != Attempt.Outcome.SENT for one in in_data
        )

    def ended(self, hit: Hit) -> str:
        """Return how an attempt ended; empty if nobody wrote that down."""
        return self.attempts[hit].outcome if hit in self.attempts else ""

    def drops(self, row: Notification) -> int:
        return sum(copy.dropped for copy in self.of(row))

    def figures(self) -> str:
        """Return the run in a line."""
        kills, stops = len(flat(self.kills)), len(flat(self.stops))
        in_doubt = sum(row.state == State.UNCERTAIN for row in self.rows)
        unmailed = sum(row.state == State.UNCERTAIN and not self.of(row) for row in self.rows)
        return (
            f"{len(self.rows)} mails, {len(self.kills)} kills ({kills} mails in flight), "
            f"{len(self.stops)} stops ({stops} in flight), "
            f"{sum(map(self.drops, self.rows))} drops, "
            f"{sum(map(self.repeats, self.rows))} duplicates, "
            f"{in_doubt} uncertain ({unmailed} did not arrive), {self.resent} sent again by staff"
        )


def gather(journal: Path, run: Run) -> Evidence:
    """Return what a run that is over left in journal and database."""
    copies: dict[str, list[Copy]] = {}
    for line in journal.read_text().splitlines():
        copy = Copy(**json.loads(line))
        copies.setdefault(copy.message_id, []).append(copy)
    resending = KindPolicy.objects.filter(ambiguous=Ambiguous.RESEND)
    return Evidence(
        copies,
        list(Notification.objects.order_by("pk")),
        {(one.notification_id, one.number): one for one in Attempt.objects.all()},
        set(resending.values_list("kind", flat=True)),
        run.crew.kills,
        run.crew.stops,
        run.outages,
        run.resent,
        run.overdue,
    )


def of_plan(found: Evidence, plan: Namespace) -> Iterator[Gate]:
    """Yield whether the run was as rough as planned: nothing is proven by a calm one."""
    drops = sum(map(found.drops, found.rows))
    taken = sum(map(len, found.copies.values()))
    for words, done, planned in (
        ("mails", len(found.rows), plan.mails),
        ("kills", len(found.kills), plan.kills),
        # Whether one strike meets a mail is chance; of many a tenth must.
        ("kills in flight", len(flat(found.kills)), plan.kills // 10),
        ("stops", len(found.stops), plan.stops),
        ("stops in flight", len(flat(found.stops)), plan.stops // 10),
        ("losses of Redis", found.outages, plan.outages),
        ("drops", drops, max(1, taken // DROPS_EVERY)),
    ):
        yield Gate(done >= planned, f"{done} {words}, at least {planned}")


def judge(found: Evidence) -> Iterator[Gate]:
    """Yield every gate, those that do not hold with the rows to blame."""
    resent = [row for row in found.rows if row.kind in found.resending]
    held = [row for row in found.rows if row.kind not in found.resending]
    yield _none("still open", (row for row in found.rows if row.state in OPEN))
    yield _none("lost", (row for row in found.rows if not found.of(row) and not _told(row)))
    yield _none("not mailed though sent again", (row for row in resent if not found.of(row)))
    yield _none("repeated though held", (row for row in held if found.repeats(row)))
    yield _none("repeated in other bytes", (row for row in resent if _differ(found.of(row))))
    yield _none(
        "repeated without a drop, kill or stop in DATA",
        (row for row in resent if found.repeats(row) > found.drops(row) + found.hits_in_data(row)),
    )
    sent = (row for row in found.rows if row.state == State.SENT)
    yield _none("sent that the server did not take", (row for row in sent if not found.of(row)))
    yield from _of_attempts(found)
    yield Gate(
        found.overdue <= SENDING_BEYOND_LEASE,
        f"being sent {found.overdue:.1f} s beyond the lease at most",
    )


def _of_attempts(found: Evidence) -> Iterator[Gate]:
    numbers: dict[int, list[int]] = {row.pk: [] for row in found.rows}
    for pk, number in sorted(found.attempts):
        numbers[pk].append(number)
    yield _none(
        "with claims that are not one attempt each",
        (row for row in found.rows if numbers[row.pk] != list(range(1, row.tries + 1))),
    )
    # A worker that was killed says nothing any more: another one wrote down how it ended.
    by_others = (Attempt.Outcome.CRASHED, Attempt.Outcome.STOPPED)
    yield _wrong(
        "kills", found, [hit for hit in flat(found.kills) if found.ended(hit) not in by_others]
    )
    yield _wrong("stops", found, [hit for hit in flat(found.stops) if not found.ended(hit)])
    yield _wrong("attempts", found, [hit for hit in found.attempts if not found.ended(hit)])


def _told(row: Notification) -> bool:
    """Return whether a row that did not arrive says so, for a person to see."""
    return row.state in NOT_MAILED and bool(row.reason)


def _differ(copies: list[Copy]) -> bool:
    return len({copy.sha256 for copy in copies}) > 1


def _wrong(what: str, found: Evidence, hits: list[Hit]) -> Gate:
    blamed = [f"{pk}, attempt {number} ({found.ended((pk, number))})" for pk, number in hits]
    words = f"{len(blamed)} {what} whose end is not written down as it was {', '.join(blamed)}"
    return Gate(not blamed, words.rstrip())


def _none(words: str, rows: Iterable[Notification]) -> Gate:
    blamed = [f"{row.pk} ({row.state})" for row in rows]
    return Gate(not blamed, f"{len(blamed)} {words} {', '.join(blamed)}".rstrip())


def flat(hits: list[list[Hit]]) -> list[Hit]:
    return [hit for some in hits for hit in some]
