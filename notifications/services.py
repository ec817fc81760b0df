"""What staff do with what was written down.

Every change by staff is one guarded move for each row, and one entry in the audit log for each
row that it moved: of two people at once, one did it, and the other is told who.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from movies.formats import in_zone
from movies.queueing import enqueue_on_commit
from notifications import composing, kinds, policies, settling, sites, tasks, texts
from notifications.composing import Event
from notifications.models import KindPolicy, Notification, Origin
from notifications.querysets import NotificationQuerySet
from notifications.states import ARRIVED, RETRIED, WAITING, State

BATCH = 1000
# With their texts, which may be long.
COPIED_AT_ONCE = 100
# What the audit log says of each action; a note or a number may follow.
TRIED_AGAIN = "Asked for another try."
SENT_NOW = "Asked to send it now."
CANCELLED = "Cancelled."
SETTLED = "Settled: "
COPIED = "Asked for a copy"
REVIEWED = "Marked as reviewed."
MUTED = "Muted until"
UNMUTED = "Unmuted."

type Becoming = tuple[State, dict[str, Any]]


def notify(event: Event, *, origin: str = Origin.SIGNAL) -> Notification:
    """Write one event down, once, and have it mailed as the policy of its kind says.

    Returns its row, or of an event that is written down already the first row, of which only
    the key is sure.
    """
    made = composing.compose(event, origin=origin)
    return _write(made, at_once=kinds.get(event.kind).goes_at_once)


def _write(made: Notification, *, at_once: bool) -> Notification:
    written = composing.insert(made)
    # Of what is not mailed at once only the relay knows.
    if at_once and made.state == State.QUEUED:
        enqueue_on_commit(tasks.deliver, written.pk)
    return written


def is_new(written: Notification) -> bool:
    """Return whether it was written just now; False if its key was there before."""
    return Notification.objects.filter(pk=written.pk, uuid=written.uuid).exists()


def send_test(user: User, token: str) -> Notification:
    """Have a test mailed to the admins; the same `token` twice is one mail."""
    with transaction.atomic():
        line = f"This is a test that {user.get_username()} asked for. Mail arrives."
        event = Event(kinds.TEST, f"{kinds.TEST}:{token}", "Test", (line,))
        test = notify(event, origin=Origin.TEST)
        if is_new(test):
            _log(user, [test], "Asked for a test.", ADDITION)
    return test


def retry(pks: Iterable[int], user: User) -> list[int]:
    """Queue the same mails again, with all their attempts; return the keys that were over."""
    return _each(pks, lambda batch: _queue(batch, RETRIED, user, TRIED_AGAIN))


def send_now(pks: Iterable[int], user: User) -> list[int]:
    """Have those that wait mailed at once, past policy and digest; return their keys.

    What is due already goes by itself, and is left alone.
    """
    return _each(pks, lambda batch: _queue(batch, WAITING, user, SENT_NOW))


def _queue(pks: Sequence[int], leaving: Sequence[State], user: User, words: str) -> list[int]:
    now = timezone.now()
    moved: list[int] = []
    with transaction.atomic():
        # Of what has no text any more there is nothing to send.
        rows = _locked(Notification.objects.with_text().not_due(), pks, leaving)
        for row in rows:
            one = Notification.objects.filter(pk=row.pk)
            changes = {
                "reason": f"{user.get_username()}: {words}",
                "attempts": 0,
                "repeats": 0,
                "next_attempt_at": now,
                "passed_at": now,
                "expires_at": now + policies.of(row.kind).expiry,
                "site": sites.name(),
                "reviewed_at": None,
                "reviewed_by": None,
                # Who has the mail already is not mailed again.
                "remaining": sorted({*row.remaining, *row.refused}) if row.sent_at else [],
            }
            if row.state == State.QUEUED:
                one.filter(state=State.QUEUED).update(**changes)
            else:
                one.move(State.QUEUED, leaving=[State(row.state)], **changes)
            moved.append(row.pk)
            enqueue_on_commit(tasks.deliver, row.pk)
        _log(user, rows, words)
    return moved


def cancel(pks: Iterable[int], user: User) -> list[int]:
    """Have what waits never mailed; return the keys that still waited."""
    reason = f"Cancelled by {user.get_username()}."

    def cancelled(row: Notification) -> Becoming:
        # Of what some have already, only the rest is cancelled.
        if row.sent_at:
            return settling.left_out(row, reason)
        return State.CANCELLED, {"reason": reason}

    return _each(pks, lambda batch: _moved(batch, WAITING, user, CANCELLED, cancelled))


def settle_arrived(pks: Iterable[int], user: User) -> list[int]:
    """Note that what may have arrived did; return the keys that were in doubt."""
    reason = f"{user.get_username()} says that it arrived."
    words = f"{SETTLED}it arrived."

    def settled(row: Notification) -> Becoming:
        return settling.arrived(row, reason)

    return _each(pks, lambda batch: _moved(batch, [State.UNCERTAIN], user, words, settled))


def settle_again(pks: Iterable[int], user: User) -> list[int]:
    """Send again, to the byte, what may have arrived; return the keys that were in doubt."""
    words = f"{SETTLED}send the same mail again."
    return _each(pks, lambda batch: _queue(batch, [State.UNCERTAIN], user, words))


def resend_copy(notification: Notification, user: User, token: str) -> Notification:
    """Have a copy mailed under a Message-ID of its own; the same `token` twice is one copy."""
    with transaction.atomic():
        copy = _write(_copy_of(notification, token), at_once=True)
        if is_new(copy):
            _log(user, [notification], f"{COPIED}: notification {copy.pk}.")
    return copy


def resend_copies(pks: Iterable[int], user: User, token: str) -> list[int]:
    """Have a copy of each mailed that somebody has, as above; return the keys of those copied."""
    return [pk for batch in batched(pks, COPIED_AT_ONCE) for pk in _copy(batch, user, token)]


def _copy(pks: Sequence[int], user: User, token: str) -> list[int]:
    chosen = Notification.objects.with_text().filter(pk__in=pks, state__in=ARRIVED)
    with transaction.atomic():
        # Locked, so that of two presses at once the second finds the copies of the first.
        rows = list(chosen.order_by("pk").select_for_update())
        copies = {row.pk: _copy_of(row, token) for row in rows}
        keys = [copy.dedup_key for copy in copies.values()]
        there = Notification.objects.filter(dedup_key__in=keys)
        for pk in there.values_list("resent_from_id", flat=True):
            del copies[pk]
        for copy in Notification.objects.bulk_create(copies.values()):
            enqueue_on_commit(tasks.deliver, copy.pk)
        _log(user, [row for row in rows if row.pk in copies], f"{COPIED}.")
    return list(copies)


def _copy_of(notification: Notification, token: str) -> Notification:
    words = texts.Words(notification.subject, notification.text, notification.html)
    copy = composing.row(
        notification.kind,
        words,
        uuid.uuid4(),
        dedup_key=f"copy:{notification.pk}:{token}",
        origin=Origin.STAFF,
    )
    copy.content_type_id, copy.object_id = notification.content_type_id, notification.object_id
    copy.about_text = notification.about_text
    copy.resent_from = notification
    copy.passed_at = timezone.now()
    copy.expires_at = copy.passed_at + policies.of(notification.kind).expiry
    return copy


def mark_reviewed(pks: Iterable[int], user: User, note: str = "") -> list[int]:
    """Take failures off everybody's list of what needs them; return the keys that were on it."""

    def mark(batch: Sequence[int]) -> list[int]:
        with transaction.atomic():
            unseen = Notification.objects.needs_review().filter(pk__in=batch)
            rows = list(unseen.order_by("pk").without_bodies().select_for_update())
            Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
                reviewed_at=timezone.now(), reviewed_by=user, review_note=note[:300]
            )
            _log(user, rows, f"{REVIEWED} {note}".strip())
        return [row.pk for row in rows]

    return _each(pks, mark)


def mute(kind_name: str, until: datetime | None, user: User) -> KindPolicy:
    """Mail nothing of a kind until a moment; None lets it be mailed again."""
    with transaction.atomic():
        policy = policies.locked(kind_name)
        policy.muted_until = until
        policy.save(update_fields=["muted_until", "changed_at"])
        words = f"{MUTED} {in_zone(until)}." if until else UNMUTED
        LogEntry.objects.log_actions(user.pk, [policy], CHANGE, words, single_object=True)
    return policy


def switch(kind_name: str, user: User, *, on: bool) -> bool:
    """Have a kind mailed, or only written down; return False if it is so already."""
    with transaction.atomic():
        policy = policies.locked(kind_name)
        if policy.enabled == on:
            return False
        policy.enabled = on
        policy.save(update_fields=["enabled", "changed_at"])
        words = "Switched on." if on else "Switched off."
        LogEntry.objects.log_actions(user.pk, [policy], CHANGE, words, single_object=True)
    return True


def _moved(
    pks: Sequence[int],
    leaving: Sequence[State],
    user: User,
    words: str,
    becomes: Callable[[Notification], Becoming],
) -> list[int]:
    with transaction.atomic():
        rows = _locked(Notification.objects.all(), pks, leaving)
        # What nobody has yet becomes one and the same.
        whole = [row for row in rows if not row.sent_at]
        for alike in [whole, *([row] for row in rows if row.sent_at)]:
            if alike:
                to, changes = becomes(alike[0])
                these = Notification.objects.filter(pk__in=[row.pk for row in alike])
                these.move(to, leaving={State(row.state) for row in alike}, **changes)
        _log(user, rows, words)
    return [row.pk for row in rows]


def _locked(
    rows: NotificationQuerySet, pks: Sequence[int], leaving: Sequence[State]
) -> list[Notification]:
    # Locked, so that of two people at once only one is written down for each row.
    chosen: NotificationQuerySet = rows.filter(pk__in=pks, state__in=leaving)
    return list(chosen.order_by("pk").without_bodies().select_for_update())


def _each(pks: Iterable[int], do: Callable[[Sequence[int]], list[int]]) -> list[int]:
    return [pk for batch in batched(pks, BATCH) for pk in do(batch)]


def _log(user: User, rows: Sequence[Notification], words: str, flag: int = CHANGE) -> None:
    if rows:
        LogEntry.objects.log_actions(user.pk, rows, flag, words)


def last_actions(
    pks: Iterable[int], model: type[Model] = Notification, *, did: str = ""
) -> dict[int, LogEntry]:
    """Return when staff last did this (in the words of the log; empty: anything) to each of these.

    With who did it; nothing for the others.
    """
    this = ContentType.objects.get_for_model(model)
    last = {}
    for batch in batched(pks, BATCH):
        keys = [str(pk) for pk in batch]
        entries = LogEntry.objects.filter(
            content_type=this, object_id__in=keys, change_message__startswith=did
        )
        for entry in entries.select_related("user").order_by("action_time", "pk"):
            last[int(str(entry.object_id))] = entry
    return last
