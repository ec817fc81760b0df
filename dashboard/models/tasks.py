"""What the workers did, as it is listed, searched and grouped."""

from django.db import models
from django.db.models import Q

# Of a task's name as Celery's results hold it, and of what an exception says.
NAME_LENGTH = 255
ERROR_LENGTH = 300


class ErrorGroup(models.Model):
    """Failures that are the same: one task, one exception, one place, one message without ids."""

    fingerprint = models.CharField(max_length=32, unique=True)
    task = models.CharField(max_length=NAME_LENGTH, blank=True)
    # Empty where our own code ended the work as failed, and nothing was raised.
    exception = models.CharField(max_length=NAME_LENGTH, blank=True)
    # The last of our own functions in the traceback, as in movies.filling:run_item.
    frame = models.CharField(max_length=NAME_LENGTH, blank=True)
    message = models.CharField(max_length=ERROR_LENGTH, blank=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        verbose_name = "error"
        default_permissions = ()
        indexes = [
            models.Index(fields=["-last_seen", "-id"], name="error_last_seen"),
            models.Index(fields=["first_seen"], name="error_first_seen"),
        ]

    def __str__(self) -> str:
        return f"Error {self.pk}"


class TaskRecord(models.Model):
    """What is known of one TaskResult beyond its own columns; it has the same key.

    It outlives its result where that ended well and the work did not.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        RETRYING = "retrying", "Trying again"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        LOST = "lost", "Lost"
        CANCELLED = "cancelled", "Cancelled"
        UNKNOWN = "unknown", "Unknown"

    class Kind(models.TextChoices):
        """Whose row a task was about."""

        SEARCH = "search", "A search"
        ITEM = "item", "A film of a re-fill"
        NOTIFICATION = "mail", "A notification"

    # No foreign key: with one, a clean-up of results would load every row that it removes.
    result_id = models.BigIntegerField(primary_key=True)
    task = models.CharField(max_length=NAME_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=State)
    about_kind = models.CharField(max_length=10, choices=Kind, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    # A user's name as it was then, or what else asked.
    asked_by = models.CharField(max_length=150, blank=True)
    # When that was asked for which the task is about; not when a message was sent.
    queued_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    # When its result was last written: for what has ended, its end.
    changed_at = models.DateTimeField("last heard of")
    wait_ms = models.BigIntegerField(null=True, blank=True)
    run_ms = models.BigIntegerField(null=True, blank=True)
    # What went wrong, without secrets; empty unless it failed.
    error = models.CharField(max_length=ERROR_LENGTH, blank=True)
    group = models.ForeignKey(
        ErrorGroup,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="records",
        db_index=False,
    )

    class Meta:
        verbose_name = "task"
        ordering = ("-changed_at", "-result_id")
        default_permissions = ()
        indexes = [
            models.Index(fields=["-changed_at", "-result_id"], name="task_newest"),
            # With the task, so that one task's failures are counted without reading their rows.
            models.Index(fields=["state", "-changed_at", "-result_id", "task"], name="task_state"),
            models.Index(fields=["task", "-changed_at", "-result_id"], name="task_task"),
            models.Index(fields=["about_id", "about_kind"], name="task_about"),
            # Failures are few: all that is counted of them stands in small indexes.
            models.Index(
                fields=["-changed_at", "group", "about_id"],
                name="task_failures",
                condition=Q(group__isnull=False),
            ),
            models.Index(
                fields=["group", "-changed_at", "-result_id", "about_id"],
                name="task_group",
                condition=Q(group__isnull=False),
            ),
            models.Index(fields=["started_at"], name="task_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"Task {self.pk}"


class TaskWalk(models.Model):
    """How far the walk through all results has come; one row."""

    # Results with a smaller key are still to be looked at; null begins at the newest.
    down_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"down to {self.down_to}"
