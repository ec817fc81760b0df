"""What the dashboard does beyond showing: the first sign-in, and tidying up."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.db import transaction
from django_celery_results.models import TaskResult

import movies.services
import notifications.retention
from dashboard.flow import keeping
from dashboard.models import (
    ErrorGroup,
    LockOut,
    PasswordReset,
    SelfTest,
    TaskRecord,
    TemporaryPassword,
)
from dashboard.rollup import retention
from movies.services import remove_in_batches

FIRST_USERNAME = "admin"
KEEP_DONE_TASKS = timedelta(days=7)
KEEP_OTHER_TASKS = timedelta(days=90)
# Those of a lock-out's time are all that counts; the next failure removes what is older.
KEEP_FAILED_SIGN_INS = timedelta(days=1)
# Without the letters and digits that look like others: it is read from a terminal.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def create_first_superuser() -> str | None:
    """Create the superuser `admin` and return its password; None if a superuser exists.

    The password must be changed at the first sign-in. Raises IntegrityError if the name is
    taken by somebody who is no superuser.
    """
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return None
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    with transaction.atomic():
        user = users.create_superuser(FIRST_USERNAME, password=password)
        expect_another_password(user)
    return password


def expect_another_password(user: User) -> None:
    """Remember that somebody else knows the password: it is changed at the next sign-in."""
    if user.has_usable_password():
        TemporaryPassword.objects.update_or_create(user=user, defaults={"password": user.password})


def admit_members(user: User) -> None:
    """Let whoever belongs to a group sign in as staff."""
    if not user.is_staff and user.groups.exists():
        user.is_staff = True
        user.save(update_fields=["is_staff"])


def dismiss(members: Iterable[User], by: User) -> list[User]:
    """Take staff access from members who are in no group any more; return who had it."""
    gone = [
        user
        for user in members
        if user.is_staff and not user.is_superuser and not user.groups.exists()
    ]
    for user in gone:
        user.is_staff = False
        user.save(update_fields=["is_staff"])
    LogEntry.objects.log_actions(by.pk, gone, CHANGE, "No longer staff: no group is left.")
    return gone


def has_temporary_password(user: User | AnonymousUser) -> bool:
    """Return whether the user's password is still the one that somebody else knows."""
    if not user.is_authenticated:
        return False
    return TemporaryPassword.objects.filter(user=user, password=user.password).exists()


def prune(now: datetime) -> dict[str, int]:
    """Remove what every room's retention has outlived; return rows removed by what they were."""
    done = TaskResult.objects.filter(status="SUCCESS", date_done__lt=now - KEEP_DONE_TASKS)
    other = TaskResult.objects.exclude(status="SUCCESS").filter(
        date_done__lt=now - KEEP_OTHER_TASKS
    )
    tests = SelfTest.objects.filter(written_at__lt=now - KEEP_OTHER_TASKS)
    raw_from = retention.freeze(now)
    return {
        **movies.services.prune(now),
        **retention.prune(now, raw_from),
        **notifications.retention.prune(now),
        **keeping.prune(now),
        "self-tests": remove_in_batches(tests),
        "task results": remove_in_batches(done) + remove_in_batches(other),
        **_prune_records(now),
        "lock-outs": remove_in_batches(LockOut.objects.filter(until__lt=now - KEEP_OTHER_TASKS)),
        "failed sign-ins": remove_in_batches(
            AccessAttempt.objects.filter(attempt_time__lt=now - KEEP_FAILED_SIGN_INS)
        ),
        "password requests": remove_in_batches(
            PasswordReset.objects.filter(asked_at__lt=now - KEEP_FAILED_SIGN_INS)
        ),
        "sessions": remove_in_batches(Session.objects.filter(expire_date__lt=now)),
    }


def _prune_records(now: datetime) -> dict[str, int]:
    """Remove records as their results, and errors that nothing is kept of.

    A failure is kept for as long as others, even of a task that itself ended well.
    """
    records = TaskRecord.objects.filter(changed_at__lt=now - KEEP_DONE_TASKS)
    done = records.filter(state=TaskRecord.State.DONE)
    other = records.filter(changed_at__lt=now - KEEP_OTHER_TASKS)
    errors = ErrorGroup.objects.filter(last_seen__lt=now - KEEP_OTHER_TASKS)
    return {
        "task records": remove_in_batches(done, by="changed_at")
        + remove_in_batches(other, by="changed_at"),
        "errors": remove_in_batches(errors.filter(records=None), by="last_seen"),
    }


def removed_in_words(removed: dict[str, int]) -> str:
    """Return "1,204 searches, 1 session" of what `prune` returned, without what was nothing."""
    parts = [_counted(count, plural) for plural, count in removed.items() if count]
    return ", ".join(parts) or "nothing"


def _counted(count: int, plural: str) -> str:
    noun = re.sub(r"(?<=ch)es$|s$", "", plural) if count == 1 else plural
    return f"{count:,} {noun}"
