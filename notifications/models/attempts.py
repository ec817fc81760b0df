"""The tries to deliver a notification."""

from django.db import models
from django.utils import timezone

from notifications.models.notifications import Notification
from notifications.states import Phase


class Attempt(models.Model):
    """One try to deliver; committed before the mail server is spoken to."""

    class Outcome(models.TextChoices):
        STARTED = "", "Started"
        SENT = "sent", "Sent"
        LATE = "late", "Sent, heard late"
        TEMPORARY = "temporary", "Refused for now"
        PERMANENT = "permanent", "Refused"
        UNREACHABLE = "unreachable", "Mail server out of reach"
        UNCERTAIN = "uncertain", "No reply"
        CRASHED = "crashed", "Broken off"
        STOPPED = "stopped", "Stopped: taken over"
        NOBODY = "nobody", "Reached nobody"

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="attempt_log", db_index=False
    )
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default="")
    phase = models.CharField(max_length=10, choices=Phase, blank=True)
    # What the mail server answered, or what went wrong.
    code = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)
    refused = models.JSONField(default=dict, blank=True)
    # Host and process that tried.
    worker = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("number",)
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["notification", "number"], name="attempt_number"),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number}"
