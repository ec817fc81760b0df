"""What the policy of its kind makes of a notification before anybody mails it.

Receivers write a row and ask nothing: policies are read here, by the relay or by the worker that
was told of the row.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from movies.formats import in_zone
from notifications import kinds, sites
from notifications.models import Delivery, KindPolicy, Notification
from notifications.querysets import NotificationQuerySet
from notifications.states import WAITING, State

HOUR = timedelta(hours=1)
# Of one kind at once.
MOST_SORTED = 1000
NOT_MAILED = "Written down only: this kind is not mailed."
SWITCHED_OFF = "This kind is switched off."
NOBODY = "This reaches nobody: ADMINS is empty."
PRINTED = "This reaches nobody: mail is printed, not sent. Set EMAIL_URL."


def of(kind_name: str) -> KindPolicy:
    """Return the policy of a kind; one that nobody changed yet is as it was registered."""
    kind = kinds.get(kind_name)
    policy, _ = KindPolicy.objects.get_or_create(
        kind=kind_name,
        defaults={
            "delivery": kind.delivery,
            "digest_minutes": kind.digest_minutes,
            "rate_per_hour": kind.rate_per_hour,
            "expiry_hours": kind.expiry_hours,
            "ambiguous": kind.ambiguous,
        },
    )
    return policy


def locked(kind_name: str) -> KindPolicy:
    """Return the policy, locked until the transaction ends: one at a time counts its mails."""
    policy = of(kind_name)
    return KindPolicy.objects.select_for_update().get(pk=policy.pk)


def sort_out() -> int:
    """Ask the policies about everything that is new; return how many rows it was.

    What waited and must not go any more is left unmailed.
    """
    _leave_waiting()
    names = Notification.objects.unsorted().order_by().values_list("kind", flat=True).distinct()
    return sum(sort_kind(name) for name in list(names))


def _leave_waiting() -> None:
    """Leave unmailed what waits and must not go: of another site, or of a kind that is stopped.

    What staff asked for after its kind was stopped goes, and so does the rest of what somebody
    has already.
    """
    waiting = Notification.objects.filter(state__in=WAITING, sent_at=None)
    foreign = waiting.exclude(site=sites.name())
    for site in set(foreign.order_by().values_list("site", flat=True)):
        words = f"Written on {site or 'another site'}: not mailed from {sites.name()}."
        _leave(foreign.filter(site=site), words)
    for policy in KindPolicy.objects.all():
        if words := _stopped(policy, timezone.now()):
            passed = waiting.filter(kind=policy.kind, passed_at__lt=policy.changed_at)
            _leave(passed, words)


def sort_one(pk: int) -> None:
    """Ask the policy about one row, if nobody has."""
    row = Notification.objects.unsorted().filter(pk=pk).values_list("kind", flat=True).first()
    if row is not None:
        sort_kind(row, [pk])


@transaction.atomic
def sort_kind(kind_name: str, pks: Sequence[int] | None = None) -> int:
    """Let rows of a kind pass, collect them or leave them unmailed; return how many."""
    policy, now = locked(kind_name), timezone.now()
    rows = Notification.objects.unsorted().filter(kind=kind_name, site=sites.name())
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_SORTED])
    # Staff may have sent one now, or cancelled it, since it was chosen.
    ours = Notification.objects.unsorted().filter(pk__in=chosen)
    if words := why_not(policy, now):
        _leave(ours, words)
    elif policy.delivery == Delivery.DIGEST:
        _collect(ours, policy, now)
    else:
        room = max(0, policy.rate_per_hour - _passed(policy, now))
        let_pass(ours.filter(pk__in=chosen[:room]), policy, now)
        _collect(ours.filter(pk__in=chosen[room:]), policy, now)
    return len(chosen)


def why_not(policy: KindPolicy, now: datetime) -> str:
    """Return why nothing of a kind is mailed now; empty if it is."""
    return _stopped(policy, now) or reaches_nobody()


def _stopped(policy: KindPolicy, now: datetime) -> str:
    if not policy.enabled:
        return SWITCHED_OFF
    if policy.delivery == Delivery.NONE:
        return NOT_MAILED
    if policy.muted_until and policy.is_muted(now):
        return f"Muted until {in_zone(policy.muted_until)}."
    return ""


def reaches_nobody() -> str:
    """Return why mail reaches nobody at all; empty if it reaches somebody."""
    if not settings.ADMINS:
        return NOBODY
    if settings.PRODUCTION and not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return PRINTED
    return ""


def _passed(policy: KindPolicy, now: datetime) -> int:
    """Return how many of a kind were let go one by one within the hour."""
    return Notification.objects.filter(kind=policy.kind, passed_at__gt=now - HOUR).count()


def _leave(rows: NotificationQuerySet, words: str) -> None:
    rows.move(State.SUPPRESSED, leaving=WAITING, reason=words)


def let_pass(rows: NotificationQuerySet, policy: KindPolicy, now: datetime) -> None:
    """Have rows mailed one by one; what was found late may be too old for that already."""
    ends = ExpressionWrapper(F("created_at") + policy.expiry, output_field=DateTimeField())
    rows.update(passed_at=now, expires_at=Coalesce("expires_at", ends))


def let_go(rows: NotificationQuerySet, policy: KindPolicy, now: datetime) -> None:
    """Have rows mailed that were collected: it is not their fault how long that took."""
    ends = Value(now + policy.expiry, output_field=DateTimeField())
    rows.update(passed_at=now, expires_at=Coalesce("expires_at", ends))


def _collect(rows: NotificationQuerySet, policy: KindPolicy, now: datetime) -> None:
    """Put rows into the window that is open, or open one."""
    open_window = (
        Notification.objects.filter(kind=policy.kind, state=State.HELD)
        .order_by("next_attempt_at")
        .values_list("next_attempt_at", flat=True)
        .first()
    )
    rows.move(
        State.HELD,
        leaving=[State.QUEUED],
        reason="",
        next_attempt_at=open_window or now + policy.window,
    )
