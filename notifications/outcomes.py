"""What an attempt's ending makes of its row: sent, again, in doubt or failed."""

import random
import smtplib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from notifications import mail, policies, refusals, settling, statements
from notifications.models import Ambiguous, Attempt, Notification
from notifications.refusals import is_permanent
from notifications.statements import Update
from notifications.states import SETTLED_LATE, Phase, State

MAX_ATTEMPTS = 8
# Sent again though it may have arrived; then a person decides.
MAX_REPEATS = 2
BASE_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
AGAIN = "Trying again, "
LEASE_LOST = "lease lost"
LEFT = "No admin any more."
TAKEN_OVER = "Somebody else had taken it over; nothing was mailed."
HEARD_LATE = "sent, heard late"
OUT_OF_REACH = "mail server out of reach"

Outcome = Attempt.Outcome


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: what becomes of its row, and what is written of the attempt."""

    word: str
    to: State | None
    outcome: str
    began: datetime
    words: str = ""
    phase: Phase = Phase.CLAIMED
    code: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    # What the attempt itself learnt of each recipient.
    refused: dict[str, str] = field(default_factory=dict)


def back_off(attempts: int) -> timedelta:
    """Return a random wait whose bound doubles with each attempt: many failures spread out."""
    bound = min(BASE_DELAY * 2.0 ** (attempts - 1), LONGEST_DELAY)
    return bound * random.random()  # noqa: S311 - nobody gains by guessing it


def of_receipt(notification: Notification, receipt: mail.Receipt, began: datetime) -> Ending:
    """Return the ending of a mail that the server took for somebody, or that reaches nobody."""
    if not set(receipt.recipients) - notification.not_mailed_again:
        return _of_nobody(notification, began)
    refused = {who: refusals.reply(*answer) for who, answer in receipt.refused.items()}
    later = sorted(who for who, (code, _) in receipt.refused.items() if not is_permanent(code))
    ending: dict[str, Any] = {
        "outcome": Outcome.SENT,
        "began": began,
        "phase": Phase.DATA,
        "code": refusals.code_of(receipt.reply),
        "words": refusals.fit_to_store(receipt.reply),
        "refused": refused,
    }
    known = settling.standing(notification) | refused
    sent_at = notification.sent_at or timezone.now()
    facts: dict[str, Any] = {"recipients": receipt.recipients, "sent_at": sent_at}
    if later and notification.attempts < MAX_ATTEMPTS:
        words = f"{', '.join(later)} cannot be reached yet ({refused[later[0]]})"
        for_good = {who: known[who] for who in known.keys() - later}
        facts |= {"refused": for_good, "has_refused": bool(for_good), "remaining": later}
        changes = facts | again(notification, words)
        return Ending("trying again", State.QUEUED, changes=changes, **ending)
    to, settled = settling.settled(known)
    word = "sent" if to == State.SENT else "partly refused"
    return Ending(word, to, changes=facts | settled, **ending)


def _of_nobody(notification: Notification, began: datetime) -> Ending:
    if notification.sent_at:
        # Others have it, and whoever was left is no admin any more.
        to, changes = settling.left_out(notification, LEFT)
        return Ending("not mailed", to, Outcome.NOBODY, began, LEFT, changes=changes)
    words = policies.NOBODY
    changes = {"reason": words}
    return Ending("not mailed", State.SUPPRESSED, Outcome.NOBODY, began, words, changes=changes)


def of_error(
    notification: Notification, error: Exception, phase: Phase, began: datetime, *, reached: bool
) -> Ending:
    """Return the ending of a mail that the server did not take, or of which nobody knows.

    `reached` tells whether a connection was there: else the server refuses everybody.
    """
    refusal = refusals.explain(error)
    facts: dict[str, Any] = {"began": began, "words": refusal.words, "code": refusal.code}
    if phase == Phase.DATA and not refusal.is_answer:
        return in_doubt(notification, Outcome.UNCERTAIN, **facts)
    facts["phase"] = Phase.CONNECT if phase == Phase.CLAIMED else phase
    if refusals.refuses_everybody(error, reached=reached):
        return _out_of_reach(notification, facts)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        facts["refused"] = {
            who: refusals.reply(*answer) for who, answer in error.recipients.items()
        }
    if refusal.permanent:
        return _failed(notification, Outcome.PERMANENT, refusal.words, facts)
    return try_again(notification, Outcome.TEMPORARY, facts)


def stopped(began: datetime) -> Ending:
    """Return the ending of a mail that somebody else took over before it was handed over."""
    return Ending(LEASE_LOST, None, Outcome.STOPPED, began, TAKEN_OVER, Phase.CONNECT)


def in_doubt(notification: Notification, outcome: str, **facts: Any) -> Ending:
    """Return the ending of a mail that may have arrived: the same again, or a person decides."""
    facts |= {"phase": Phase.DATA}
    policy = policies.of(notification.kind)
    resends = policy.ambiguous == Ambiguous.RESEND
    is_left = notification.repeats < MAX_REPEATS and notification.attempts < MAX_ATTEMPTS
    if resends and is_left:
        changes = again(notification, f"No reply, so the same mail is sent again: {facts['words']}")
        changes["repeats"] = notification.repeats + 1
        return Ending("in doubt, sending again", State.QUEUED, outcome, changes=changes, **facts)
    changes = {"reason": f"It was handed over, and no reply came: {facts['words']}"[:500]}
    return Ending("in doubt", State.UNCERTAIN, outcome, changes=changes, **facts)


def try_again(notification: Notification, outcome: str, facts: dict[str, Any]) -> Ending:
    if notification.attempts >= MAX_ATTEMPTS:
        words = f"Given up after {MAX_ATTEMPTS} attempts: {facts['words']}"
        return _failed(notification, outcome, words, facts)
    changes = again(notification, facts["words"])
    return Ending("trying again", State.QUEUED, outcome, changes=changes, **facts)


def again(notification: Notification, words: str) -> dict[str, Any]:
    """Return what makes a row due again after a wait."""
    at = timezone.now() + back_off(notification.attempts)
    # When it is stands in the row: each reader reads it in a zone of their own.
    reason = f"{AGAIN}attempt {notification.attempts + 1} of {MAX_ATTEMPTS}: {words}"
    return {"reason": reason[: refusals.WORDS_LENGTH], "next_attempt_at": at}


def _failed(notification: Notification, outcome: str, reason: str, facts: dict[str, Any]) -> Ending:
    rest = dict.fromkeys(notification.remaining, facts["words"])
    refused = notification.refused | rest | facts.get("refused", {})
    if notification.sent_at:
        # Others have it already, and only the rest could not be reached.
        to, changes = settling.settled(refused)
        return Ending("partly refused", to, outcome, changes=changes, **facts)
    changes = {"reason": reason[: refusals.WORDS_LENGTH], "refused": refused}
    changes["has_refused"] = bool(refused)
    return Ending("failed", State.FAILED, outcome, changes=changes, **facts)


def _out_of_reach(notification: Notification, facts: dict[str, Any]) -> Ending:
    """Return the ending of a mail whose server refuses everybody: no attempt is used up."""
    changes = {
        "attempts": notification.attempts - 1,
        "reason": f"The mail server is out of reach; it is tried every minute: {facts['words']}"[
            : refusals.WORDS_LENGTH
        ],
    }
    return Ending(OUT_OF_REACH, State.QUEUED, Outcome.UNREACHABLE, changes=changes, **facts)


def finish(notification: Notification, ending: Ending, *, only_if_stuck: bool = False) -> str:
    """Move the row on and close its attempt in one commit; return what was done in a word.

    A row that somebody else has taken over is left alone, unless the mail did arrive: then it is
    sent, whatever became of the row meanwhile. `only_if_stuck` leaves alone what woke up again.
    """
    if ending.phase == Phase.DATA and ending.outcome != Outcome.SENT:
        ending = _unless_heard(notification, ending)
    if ending.to is None:
        statements.execute([_closing(notification, ending)], Notification.objects.db)
        return ending.word
    if only_if_stuck:
        return _finish_stuck(notification, ending, ending.to)
    moved, _ = statements.execute(
        _finishing(notification, ending, ending.to), Notification.objects.db
    )
    return ending.word if moved else _finish_late(notification, ending)


def finish_and_begin(
    notification: Notification, ending: Ending, following: Notification
) -> tuple[str, bool]:
    """Finish a mail that was sent and, in the same commit, begin with the next.

    Returns what was done in a word, and whether the next one is still ours. The commit is on the
    disk with that of the fence, before anything else is handed over: after a power cut in between
    the mail that was sent is in doubt, as if the cut had come before the commit.
    """
    updates = [
        *_finishing(notification, ending, State.SENT),
        Notification.objects.reaching(following, Phase.CONNECT),
    ]
    moved, _, begun = statements.execute(updates, Notification.objects.db, synced=False)
    word = ending.word if moved else _finish_late(notification, ending)
    return word, bool(begun)


def _unless_heard(notification: Notification, ending: Ending) -> Ending:
    """Return the ending of a mail that broke off: it is sent, if an earlier one is known to be.

    Of one that was heard before this attempt began staff have had the rest tried again.
    """
    heard = notification.attempt_log.filter(outcome=Outcome.LATE, ended_at__gte=ending.began).last()
    if heard is None:
        return ending
    to, changes = settling.settled(settling.standing(notification) | heard.refused)
    changes["sent_at"] = notification.sent_at or heard.ended_at
    return replace(ending, word=HEARD_LATE, to=to, changes=changes)


def _finishing(notification: Notification, ending: Ending, to: State) -> list[Update]:
    """Return what becomes of a row, if it is still ours, and of its attempt in any case."""
    return [
        Notification.objects.leaving(notification, to, **ending.changes),
        _closing(notification, ending),
    ]


@transaction.atomic
def _finish_stuck(notification: Notification, ending: Ending, to: State) -> str:
    stuck = Notification.objects.held(notification).stuck().filter(phase=notification.phase)
    if not stuck.move(to, leaving=[State.SENDING], **ending.changes):
        return LEASE_LOST
    statements.execute([_closing(notification, ending)], Notification.objects.db)
    return ending.word


@transaction.atomic
def _finish_late(notification: Notification, ending: Ending) -> str:
    if ending.outcome != Outcome.SENT:
        return LEASE_LOST
    late = replace(ending, outcome=Outcome.LATE)
    statements.execute([_closing(notification, late)], Notification.objects.db)
    # Who could not be reached yet is left to staff: the row's own attempts went on meanwhile.
    to, changes = settling.settled(ending.changes["refused"] | ending.refused)
    changes |= {name: ending.changes[name] for name in ("recipients", "sent_at")}
    # Whoever has it now and has not handed it over yet finds at the fence that it is sent.
    not_handed_over = ~Q(phase=Phase.DATA)
    row = Notification.objects.filter(not_handed_over, pk=notification.pk)
    if not row.move(to, leaving=SETTLED_LATE, **changes):
        # Whoever hands it over now may hear of nothing: then it went to these.
        handed_over = Notification.objects.filter(pk=notification.pk, phase=Phase.DATA)
        handed_over.update(recipients=changes["recipients"])
        return LEASE_LOST
    # The worker that has it may be gone, or not have begun: nobody else would close its attempt.
    begun = Attempt.objects.filter(notification_id=notification.pk, outcome=Outcome.STARTED)
    begun.update(outcome=Outcome.STOPPED, error=TAKEN_OVER, ended_at=timezone.now())
    return HEARD_LATE


def _closing(notification: Notification, ending: Ending) -> Update:
    """Return what is written of an attempt that ended."""
    number = {"notification_id": notification.pk, "number": notification.tries}
    facts = {
        "outcome": ending.outcome,
        "phase": ending.phase,
        "code": ending.code,
        "error": ending.words,
        "refused": ending.refused,
        "started_at": ending.began,
        "ended_at": timezone.now(),
    }
    return Update(Attempt, number, facts)
