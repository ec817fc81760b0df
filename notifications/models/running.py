"""What runs by itself: when it last did, and whether the mail server lets it."""

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When something that runs by itself last ran, and what it did."""

    name = models.CharField(max_length=50, unique=True)
    at = models.DateTimeField(default=timezone.now)
    info = models.JSONField(default=dict, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class MailServer(models.Model):
    """The one row about the mail server: since when it refuses everybody, if it does.

    Meanwhile one mail a minute is tried, or a greeting where none is due, and no notification's
    attempts are used up.
    """

    refused_since = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    next_probe_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "the mail server"
