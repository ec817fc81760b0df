"""The relay: everything that is due, in batches over a connection or two, and what lost its worker.

Every notification goes this way sooner or later; what Celery is told of only goes sooner.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections, transaction
from django.db.models import F

from notifications import (
    circuit,
    delivery,
    digests,
    health,
    mail,
    outcomes,
    policies,
    refusals,
    settling,
)
from notifications.models import Attempt, Notification
from notifications.outcomes import Ending
from notifications.querysets import NotificationQuerySet
from notifications.states import Phase, State

# Claimed at once over each connection: what a crash leaves to wait for its lease to end.
BATCH = 50
# One run of the relay, so that the next tick never waits long, and that it is heard of each minute.
LONGEST_RUN = 30.0
MOST_REAPED = 200
WORKER_LOST = "The worker was lost while sending."

type Stopping = Callable[[], bool]


def relay(stopping: Stopping = lambda: False) -> Counter[str]:
    """Take back what lost its worker, sort out what is new and mail what is due.

    Returns how often what happened. Stops between two mails after half a minute, or once
    `stopping()` is true.
    """
    until = time.monotonic() + LONGEST_RUN
    done = reap()
    policies.sort_out()
    digests.close_windows()
    # What was found late may be too old by the time its policy lets it go.
    done["expired"] += expire()
    done += send_due(lambda: stopping() or time.monotonic() > until)
    health.beat("relay", done=dict(+done))
    return +done


def send_due(stopping: Stopping) -> Counter[str]:
    """Mail what is due until nothing is, or the server refuses everybody; return what happened.

    When a whole batch is due, a second connection is used as well: each waits for the database's
    disk and for the server most of its time.
    """
    done: Counter[str] = Counter()
    is_over = threading.Event()
    beside: Future[Counter[str]] | None = None
    with ThreadPoolExecutor(1) as threads, mail.connection() as backend:
        try:
            while not stopping() and circuit.lets_through():
                is_refused = circuit.is_open()
                # A server that refused everybody is tried with one.
                batch = Notification.objects.claim_due(1 if is_refused else BATCH)
                if not batch:
                    if is_refused:
                        # Or the turn would be taken for nothing, and the server never found well.
                        circuit.probe(backend)
                    break
                # Once the first stands: a server that grants one must not refuse that.
                if beside is None and len(batch) == BATCH and _is_granted(backend):
                    beside = threads.submit(_send_beside, lambda: is_over.is_set() or stopping())
                done += _send_batch(batch, backend, stopping)
            if beside:
                done += beside.result()
        except BaseException:
            is_over.set()
            raise
    return done


def _send_beside(stopping: Stopping) -> Counter[str]:
    """Mail over a connection of one's own, in a thread of one's own; return what happened.

    A server that does not grant it grants the first one: no circuit opens.
    """
    done: Counter[str] = Counter()
    try:
        with mail.connection() as backend:
            while _is_granted(backend) and not stopping() and not circuit.is_open():
                batch = Notification.objects.claim_due(BATCH)
                if not batch:
                    break
                done += _send_batch(batch, backend, stopping, is_second=True)
                if done[outcomes.OUT_OF_REACH]:
                    break
    finally:
        # Those of this thread.
        connections.close_all()
    return done


def _is_granted(backend: BaseEmailBackend) -> bool:
    """Return whether this connection stands, or can be opened; what has none needs no second."""
    try:
        backend.open()
    except refusals.ERRORS:
        # It may stand half, and would be taken for one that was granted.
        mail.hang_up(backend)
        return False
    return getattr(backend, "connection", None) is not None


def _send_batch(
    batch: list[Notification],
    backend: BaseEmailBackend,
    stopping: Stopping,
    *,
    is_second: bool = False,
) -> Counter[str]:
    """Mail what was claimed; what is not begun goes back, untouched.

    That a mail was sent shares the commit in which the next one begins. Where a second connection
    is refused, the first one tells whether all are.
    """
    done: Counter[str] = Counter()
    last: tuple[Notification, Ending] | None = None
    for number, notification in enumerate(batch):
        if stopping():
            release(batch[number:])
            break
        is_ours = _begin(notification, last, done)
        last = None
        if not is_ours:
            continue
        ending = delivery.attempt(notification, backend)
        last = notification, ending
        if ending.to != State.SENT or len(batch) == 1:
            _finish(last, done)
            last = None
            if not (is_second and ending.outcome == Attempt.Outcome.UNREACHABLE):
                circuit.heard(ending)
        if ending.outcome == Attempt.Outcome.UNREACHABLE:
            release(batch[number + 1 :])
            break
    if last:
        _finish(last, done)
    return done


def _begin(
    notification: Notification, last: tuple[Notification, Ending] | None, done: Counter[str]
) -> bool:
    """Write down that a mail begins, and in the same commit that the last one was sent."""
    if last is None:
        return delivery.stubbornly(lambda: Notification.objects.reach(notification, Phase.CONNECT))
    word, is_ours = delivery.stubbornly(lambda: outcomes.finish_and_begin(*last, notification))
    done[word] += 1
    return is_ours


def _finish(last: tuple[Notification, Ending], done: Counter[str]) -> None:
    done[delivery.stubbornly(lambda: outcomes.finish(*last))] += 1


def release(batch: list[Notification]) -> None:
    """Give back what was claimed and not begun, as if it had never been claimed."""
    with transaction.atomic():
        for notification in batch:
            held = Notification.objects.held(notification).filter(phase=Phase.CLAIMED)
            _give_back(notification, held)


def _give_back(notification: Notification, rows: NotificationQuerySet) -> None:
    untouched = {"attempts": F("attempts") - 1, "tries": F("tries") - 1}
    if rows.move(State.QUEUED, leaving=[State.SENDING], **untouched):
        notification.attempt_log.filter(number=notification.tries).delete()


def reap() -> Counter[str]:
    """Settle what was claimed by a worker that is gone, by how far it had come."""
    done: Counter[str] = Counter()
    for notification in Notification.objects.stuck().order_by("lease_until")[:MOST_REAPED]:
        if notification.phase == Phase.CLAIMED:
            with transaction.atomic():
                rows = Notification.objects.stuck().filter(lease=notification.lease)
                _give_back(notification, rows.filter(pk=notification.pk, phase=Phase.CLAIMED))
            continue
        done[_take_back(notification)] += 1
    return done


def _take_back(notification: Notification) -> str:
    facts = {"began": notification.lease_until, "words": WORKER_LOST, "phase": notification.phase}
    attempt = notification.attempt_log.filter(number=notification.tries).first()
    if attempt:
        facts["began"] = attempt.started_at
    crashed = Attempt.Outcome.CRASHED
    if notification.phase == Phase.DATA:
        ending = outcomes.in_doubt(notification, crashed, **facts)
    else:
        ending = outcomes.try_again(notification, crashed, facts)
    return outcomes.finish(notification, ending, only_if_stuck=True)


def expire() -> int:
    """Give up what could not be mailed in time; return how many it was."""
    late = Notification.objects.expired()
    reason = "It could not be mailed in time."
    nobody = late.filter(sent_at=None)
    done = nobody.move(State.EXPIRED, leaving=[State.QUEUED], reason=reason)
    with transaction.atomic():
        # Of these somebody has it already.
        rest = late.filter(sent_at__isnull=False).without_bodies().select_for_update()
        for notification in rest.order_by("pk"):
            to, changes = settling.left_out(notification, reason)
            row = Notification.objects.filter(pk=notification.pk)
            done += row.move(to, leaving=[State.QUEUED], **changes)
    return done
