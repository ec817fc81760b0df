"""Re-fills, film by film, and the OMDb calls that they and the searches may make."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from movies.models.films import Movie
from movies.refill_querysets import RefillItemQuerySet, RefillQuerySet


class OmdbDay(models.Model):
    """OMDb calls made on one UTC day, and whether OMDb said that the day is spent."""

    day = models.DateField(unique=True)
    calls = models.PositiveIntegerField(default=0)
    # Set while OMDb's own last word was "Request limit reached!".
    refused_at = models.DateTimeField(null=True, blank=True)
    # When the budget ran out, and then when a call last tried whether it is open again.
    last_probe = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.day}: {self.calls}"


class RefillHold(models.Model):
    """The one row, there from when OMDb is away or refuses the key until it answers anybody."""

    since = models.DateTimeField(default=timezone.now)
    # No film of any re-fill is begun before.
    until = models.DateTimeField()
    message = models.TextField()
    is_refused = models.BooleanField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.message


class Refill(models.Model):
    """One request to fetch the details of a set of films again."""

    reason = models.CharField(max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    # The confirmation it was started from: pressed twice, one is started.
    request_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    # Asks OMDb also for films that are complete already.
    include_complete = models.BooleanField(default=False)
    created_at = models.DateTimeField("requested", default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    # While one of these is set no film is begun: the claim of an item asks for them.
    paused_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    out_of_budget_at = models.DateTimeField(null=True, blank=True)
    # How many films it has and how each ended: nobody who watches has to count them.
    films = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    # OMDb calls, those of broken attempts too; the demo catalogue's are none.
    calls = models.PositiveIntegerField(default=0)
    # The last item that a worker was told of, and when: see movies/hinting.py.
    hinted_to = models.PositiveBigIntegerField(default=0, editable=False)
    hinted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RefillQuerySet.as_manager()

    class Meta:
        verbose_name = "re-fill"
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="refill_newest"),
            models.Index(
                fields=["id"], name="refill_unfinished", condition=Q(finished_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"Re-fill {self.pk}"

    @property
    def is_held_up(self) -> bool:
        """Return whether no film of it may be begun."""
        facts = (self.finished_at, self.paused_at, self.cancelled_at, self.out_of_budget_at)
        return any(facts)

    @property
    def ended(self) -> int:
        """Return how many films OMDb was asked about, or did not have to be."""
        return self.changed + self.unchanged + self.failed

    @property
    def open(self) -> int:
        """Return how many films are still to be filled."""
        return max(0, self.films - self.ended - self.cancelled)


class RefillItem(models.Model):
    """One film of a re-fill: the promise that it is fetched, and how that went."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Unchanged"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    refill = models.ForeignKey(
        Refill,
        on_delete=models.CASCADE,
        related_name="items",
        # The constraint and the indexes below begin with it.
        db_index=False,
    )
    movie = models.ForeignKey(Movie, on_delete=models.CASCADE, related_name="refill_items")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # [{"field": ..., "before": ..., "after": ...}] as shown to staff.
    changes = models.JSONField(default=list, blank=True)
    message = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RefillItemQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["refill", "movie"], name="a_film_once_per_refill"),
        ]
        indexes = [
            models.Index(fields=["refill", "id"], name="refill_item_page"),
            models.Index(
                fields=["refill", "id"],
                name="refill_item_open",
                condition=Q(finished_at__isnull=True),
            ),
            # Which comes next, how many run, how many are put off: each a few entries of it.
            models.Index(fields=["refill", "state", "due_at", "id"], name="refill_item_line"),
            models.Index(
                fields=["refill", "finished_at"],
                name="refill_item_pace",
                condition=Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refill_id}/{self.movie_id}"
