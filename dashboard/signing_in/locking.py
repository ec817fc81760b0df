"""Who may not try to sign in for a while: what django-axes counts, and the rows that say so.

Names are compared as they were typed; what is nobody's name is kept as a hash alone, since now
and then somebody types a password in its place.
"""

from datetime import datetime
from typing import Any, cast

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dashboard.models import LockOut
from movies import clients

# Failures of an address under whatever names: a whole office may share one.
ADDRESS_LIMIT = 50


class Handler(AxesDatabaseHandler):
    """Counts the failures of a name from an address, and those of the address under any name."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Return how many count towards AXES_FAILURE_LIMIT."""
        own: int = super().get_failures(request, credentials)
        return max(own, _of_address(request) * settings.AXES_FAILURE_LIMIT // ADDRESS_LIMIT)


def _of_address(request: Any) -> int:
    since = request.axes_attempt_time - settings.AXES_COOLOFF_TIME
    of_address = AccessAttempt.objects.filter(ip_address=request.axes_ip_address)
    recent = of_address.filter(attempt_time__gte=since)
    return cast(int, recent.aggregate(sum=Sum("failures_since_start"))["sum"] or 0)


def address_of(request: HttpRequest) -> str:
    """Return the client's address as lock-outs keep it; believed as TRUSTED_PROXIES says."""
    return clients.network(request)


def name_of(request: HttpRequest, credentials: dict[str, Any]) -> str:
    """Return the name that was typed if it is somebody's, else a hash of it."""
    typed = str(credentials.get("username"))
    if User.objects.filter(username=typed).exists():
        return typed
    return salted_hmac("dashboard.signing_in.locking", typed).hexdigest()


def write_down(request: Any, username: str, ip_address: str, **kwargs: object) -> None:
    """Write the row of a lock-out; whoever is refused while it lasts changes nothing of it."""
    now = request.axes_attempt_time
    with transaction.atomic():
        # Those who fail at the same moment wait for each other here.
        attempts = list(AccessAttempt.objects.filter(ip_address=ip_address).select_for_update())
        own = sum(one.failures_since_start for one in attempts if one.username == username)
        # An address that guesses names has one row, not one for each of them.
        name = username if own >= settings.AXES_FAILURE_LIMIT else ""
        if LockOut.objects.holding(now).filter(address=ip_address, name=name).exists():
            return
        LockOut.objects.create(
            address=ip_address,
            name=name,
            user=User.objects.filter(username=name).first(),
            locked_at=now,
            until=now + settings.AXES_COOLOFF_TIME,
        )


def until(request: Any, credentials: dict[str, Any]) -> datetime:
    """Return when whoever was refused may try again."""
    now = request.axes_attempt_time
    names = (name_of(request, credentials), "")
    held = LockOut.objects.holding(now).filter(address=request.axes_ip_address, name__in=names)
    last = held.aggregate(last=Max("until"))["last"]
    return cast(datetime, last or now + settings.AXES_COOLOFF_TIME)


def unlock(lock_out: LockOut, user: User) -> bool:
    """Let everybody at the address of a lock-out try again; return False if it held nobody."""
    now = timezone.now()
    with transaction.atomic():
        held = LockOut.objects.holding(now)
        if not held.filter(pk=lock_out.pk).update(unlocked_at=now, unlocked_by=user):
            return False
        held.filter(address=lock_out.address).update(unlocked_at=now, unlocked_by=user)
        AxesProxyHandler.reset_attempts(ip_address=lock_out.address)
        rows = LockOut.objects.filter(pk=lock_out.pk)
        LogEntry.objects.log_actions(user.pk, rows, CHANGE, "Unlocked.", single_object=True)
    return True
