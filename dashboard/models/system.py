"""What is remembered of the checks, and the self-tests that staff asked for."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class SystemState(models.Model):
    """What one check found when somebody last looked, and since when it is in that state.

    The words are HTML.
    """

    key = models.CharField(max_length=30, primary_key=True)
    state = models.CharField(max_length=10)
    since = models.DateTimeField()
    looked_at = models.DateTimeField()
    words = models.TextField()
    by_itself = models.TextField(blank=True)
    you_can = models.TextField(blank=True)

    class Meta:
        verbose_name = "state of the system"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"


class SelfTest(models.Model):
    """One probe on its way through everything, with the moment of each hop that it made."""

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    requested_at = models.DateTimeField()
    written_at = models.DateTimeField(default=timezone.now)
    # When the broker took its message, or did not.
    published_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    # Of the task, whose result tells when it was stored.
    task_id = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = "self-test"
        default_permissions = ("add",)

    def __str__(self) -> str:
        return f"Self-test {self.pk}"
