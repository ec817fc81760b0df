"""What is remembered of staff beside their accounts, and of who failed to sign in."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

HOUR = timedelta(hours=1)
# Longer than mailing takes at the time-out of each step; then it is tried again.
LEASE = timedelta(minutes=5)


class TemporaryPassword(models.Model):
    """A password somebody else knows; while it is the user's, it must be changed first."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    # The hash, to see whether the password is still the same one.
    password = models.CharField(max_length=128)

    def __str__(self) -> str:
        return str(self.user)


class LockOutQuerySet(models.QuerySet["LockOut"]):
    def holding(self, now: datetime) -> Self:
        """Return those whose client is refused at `now`."""
        return self.filter(until__gt=now, unlocked_at=None)


class LockOut(models.Model):
    """A time for which sign-ins from an address are refused: of one name, or of all."""

    # None for a name that is nobody's, and for all names.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="lock_outs"
    )
    # As failures are counted: a hash where it is nobody's, empty for all names.
    name = models.CharField(max_length=150)
    address = models.GenericIPAddressField()
    locked_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    unlocked_at = models.DateTimeField(null=True)
    unlocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects: ClassVar[LockOutQuerySet] = LockOutQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("view",)
        permissions = (("unlock_lockout", "Can let people sign in again"),)
        verbose_name = "lock-out"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"lock-out {self.pk}"

    @property
    def who(self) -> str:
        """Return who was refused, as staff read it."""
        if self.user:
            return self.user.get_username()
        return "A name that is nobody's" if self.name else "Any name"


class PasswordResetQuerySet(models.QuerySet["PasswordReset"]):
    def waiting(self, now: datetime) -> Self:
        """Return those that are still to be mailed, and which no worker holds."""
        free = models.Q(taken_at=None) | models.Q(taken_at__lt=now - LEASE)
        return self.filter(free, mailed_at=None, asked_at__gt=now - HOUR)

    def mailed_lately(self, now: datetime) -> Self:
        """Return those that were mailed within the hour, or will be: a worker took them up."""
        under_way = models.Q(mailed_at=None, taken_at__isnull=False, asked_at__gt=now - HOUR)
        return self.filter(models.Q(mailed_at__gt=now - HOUR) | under_way)


class PasswordReset(models.Model):
    """That somebody asked for a new password; the link itself is written down nowhere."""

    # None where nobody has the mail address that was given, or no mail goes to them after all.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    address = models.GenericIPAddressField()
    asked_at = models.DateTimeField()
    # When a worker last took it up.
    taken_at = models.DateTimeField(null=True)
    # When the mail server had taken its mail.
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[PasswordResetQuerySet] = PasswordResetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["address", "asked_at"], name="reset_asked"),)

    def __str__(self) -> str:
        return f"new password {self.pk}"
