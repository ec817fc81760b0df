"""What must be said, to whom, and whether it was."""

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from notifications.cleaning import SUBJECT_LENGTH
from notifications.querysets import NotificationQuerySet

ABOUT_LENGTH = 300


class Notification(models.Model):
    """One thing to say: written with the event it is about, delivered later."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        SUPPRESSED = "suppressed", "Not mailed"

    class Origin(models.TextChoices):
        SIGNAL = "signal", "Signal"
        MANUAL = "manual", "Staff"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=50)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.SIGNAL)
    # The same event twice is one row.
    dedup_key = models.CharField(max_length=200, unique=True)
    content_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.SET_NULL)
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("content_type", "object_id")
    # What the object was called then: it survives the object.
    about_text = models.CharField(max_length=ABOUT_LENGTH, blank=True)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    text = models.TextField()
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    reason = models.TextField(blank=True, help_text="Why it is in this state.")
    recipients = models.JSONField(default=list, blank=True)
    message_id = models.CharField(max_length=255, unique=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField("written", default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        default_permissions = ("view",)
        permissions = [
            ("retry_notification", "Can retry a notification"),
            ("review_notification", "Can mark a notification as reviewed"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="notification_newest"),
            models.Index(fields=["content_type", "object_id"], name="notification_about"),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="notification_open",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(
                fields=["id"],
                name="notification_needs_review",
                condition=Q(state="failed", reviewed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.about_text}" if self.about_text else self.subject


class Attempt(models.Model):
    """One try to deliver; written before the mail server is spoken to."""

    class Outcome(models.TextChoices):
        STARTED = "", "Started"
        SENT = "sent", "Sent"
        TEMPORARY = "temporary", "Refused for now"
        PERMANENT = "permanent", "Refused"
        CRASHED = "crashed", "Broken off"
        NOBODY = "nobody", "Reached nobody"

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="attempt_log"
    )
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("number",)
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["notification", "number"], name="attempt_number"),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number}"
