"""What the workers tell of themselves and of the tasks they run; written by their processes."""

from django.db import models


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


class ScheduledRun(models.Model):
    """The last run of a task that beat starts by itself."""

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

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.task
