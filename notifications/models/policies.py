"""How each kind of notification is delivered; staff may change it."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from notifications import kinds
from notifications.kinds import Ambiguous, Delivery


class KindPolicy(models.Model):
    """What one kind does; a kind without a row does as it was registered."""

    kind = models.CharField(max_length=50, unique=True, editable=False)
    enabled = models.BooleanField(default=True, help_text="Off: written down, never mailed.")
    muted_until = models.DateTimeField(null=True, blank=True)
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.NOW)
    digest_minutes = models.PositiveIntegerField(
        "digest every (minutes)",
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text="How long a digest collects before it is mailed.",
    )
    rate_per_hour = models.PositiveIntegerField(
        "most an hour",
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="More than so many mails an hour are collected in a digest.",
    )
    expiry_hours = models.PositiveIntegerField(
        "expires after (hours)",
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 90)],
        help_text="What could not be mailed by then is not mailed any more.",
    )
    ambiguous = models.CharField(
        "when no reply came", max_length=10, choices=Ambiguous, default=Ambiguous.RESEND
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "kind"
        ordering = ("kind",)
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(condition=Q(delivery__in=Delivery), name="policy_delivery"),
            models.CheckConstraint(condition=Q(ambiguous__in=Ambiguous), name="policy_ambiguous"),
        ]

    def __str__(self) -> str:
        return kinds.get(self.kind).label

    @property
    def expiry(self) -> timedelta:
        return timedelta(hours=self.expiry_hours)

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=self.digest_minutes)

    def is_muted(self, now: datetime) -> bool:
        return self.muted_until is not None and self.muted_until > now
