"""Close the windows in which notifications of a kind were collected: one mail for all of them."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from movies.formats import counted
from notifications import kinds, policies, texts
from notifications.composing import row, worded
from notifications.models import KindPolicy, Notification, Origin
from notifications.states import State

# Of one digest; what is more gets another one.
MOST_MEMBERS = 1000


def close_windows() -> int:
    """Write the digests that are due; return how many."""
    due = Notification.objects.filter(state=State.HELD, next_attempt_at__lte=timezone.now())
    names = due.order_by().values_list("kind", flat=True).distinct()
    return sum(close_window(name) for name in list(names))


@transaction.atomic
def close_window(kind_name: str) -> bool:
    """Put everything that was collected of a kind into one digest, and have it mailed.

    The digest and what its members become are one transaction: none is lost, none in two.
    Returns False when there is nothing to mail: somebody else was first, or the kind was muted.
    """
    # One at a time, whatever the database.
    policy, now = policies.locked(kind_name), timezone.now()
    held = Notification.objects.filter(kind=kind_name, state=State.HELD).order_by("pk")
    # Locked: what staff send now or cancel meanwhile would be in the digest all the same.
    members = list(held.without_bodies().select_for_update()[:MOST_MEMBERS])
    ours = Notification.objects.filter(pk__in=[member.pk for member in members])
    if words := policies.why_not(policy, now):
        ours.move(State.SUPPRESSED, leaving=[State.HELD], reason=words)
        return False
    if len(members) < 2:
        ours.move(State.QUEUED, leaving=[State.HELD], next_attempt_at=now)
        policies.let_go(ours.unsorted(), policy, now)
        return bool(members)
    digest = _written(policy, members, now)
    ours.move(State.MERGED, leaving=[State.HELD], digest=digest, next_attempt_at=now)
    return True


def _written(policy: KindPolicy, members: list[Notification], now: datetime) -> Notification:
    identity = uuid.uuid4()
    kind = kinds.get(policy.kind)
    subject = counted(len(members), kind.label, kind.many)
    words, failure = worded(
        subject, lambda: texts.of_digest(kind, subject, members, policy, identity)
    )
    key = f"digest:{kind.name}:{identity}"
    digest = row(kind.name, words, identity, dedup_key=key, origin=Origin.DIGEST)
    for name, value in failure.items():
        setattr(digest, name, value)
    digest.passed_at = now
    digest.expires_at = now + policy.expiry
    digest.save(force_insert=True)
    return digest
