"""What the workers tell of themselves and of the tasks they run; written by their processes."""

from django.conf import settings
from django.db import models

# Of durations: each has a column for how long tasks waited, and one for how long they ran.
# dashboard.flow.buckets knows their bounds.
BUCKETS = 48


class WorkerHeartbeat(models.Model):
    """One worker by its name, as it was when its loop last turned."""

    name = models.CharField(max_length=200, primary_key=True)
    # Tells two processes of one name apart.
    started_at = models.DateTimeField()
    at = models.DateTimeField()
    concurrency = models.PositiveIntegerField()
    queues = models.JSONField(default=list)
    # [{"task": name, "about": id or null, "since": ISO time}]
    running = models.JSONField(default=list)
    version = models.CharField(max_length=8)
    # Told to stop, it takes nothing new; then it has stopped.
    stopping_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class TaskHour(models.Model):
    """The runs of one task that ended in one hour of the site's clock.

    `wait_0` to `wait_47` and `ran_0` to `ran_47` count them by how long they waited and ran. What
    waited is known of messages that say when they were published; how long it ran is not known
    of a run whose process was killed.
    """

    pk = models.CompositePrimaryKey("hour", "task")
    hour = models.DateTimeField()
    task = models.CharField(max_length=200)
    runs = models.PositiveIntegerField(db_default=0)
    failures = models.PositiveIntegerField(db_default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour}: {self.task}"


WAITED = tuple(f"wait_{bucket}" for bucket in range(BUCKETS))
RAN = tuple(f"ran_{bucket}" for bucket in range(BUCKETS))
for _name in (*WAITED, *RAN):
    TaskHour.add_to_class(_name, models.PositiveIntegerField(db_default=0))


class ScheduledRun(models.Model):
    """The last run of a task that beat starts by itself, and who asked for one by hand."""

    class State(models.TextChoices):
        DONE = "done", "Done"
        AGAIN = "again", "Trying again"
        FAILED = "failed", "Failed"

    task = models.CharField(max_length=200, primary_key=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, blank=True)
    # What it returned, or why it failed.
    words = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    class Meta:
        default_permissions = ()
        permissions = [("run_schedule", "Can start scheduled work by hand")]

    def __str__(self) -> str:
        return self.task
