"""Films, the searches that found them, and the re-fills that complete them."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from movies.querysets import MovieQuerySet, RefillItemQuerySet, RefillQuerySet, SearchQuerySet

TERM_LENGTH = 255


class Origin(models.TextChoices):
    """Who asked for a search."""

    VISITOR = "visitor", "Visitor"
    STAFF = "staff", "Staff"
    COMMAND = "command", "Command"
    IMPORT = "import", "Import"


class Outcome(models.TextChoices):
    """How a search ended; an empty outcome is one that has not."""

    CACHED = "cached", "From cache"
    FETCHED = "fetched", "New films"
    NOTHING_NEW = "nothing_new", "Nothing new"
    NOT_FOUND = "not_found", "Nothing found"
    TOO_MANY = "too_many", "Too broad"
    OVER_BUDGET = "over_budget", "Out of budget"
    REFUSED = "refused", "Key refused"
    FAILED = "failed", "Failed"


NO_ANSWERS = (Outcome.OVER_BUDGET, Outcome.REFUSED, Outcome.FAILED)
# Only these make a term fresh, and only from these are rates computed.
ANSWERS = tuple(outcome for outcome in Outcome if outcome not in NO_ANSWERS)


class Genre(models.Model):
    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Movie(models.Model):
    """One title of OMDb: a film, or whatever else was asked for by its id."""

    class Kind(models.TextChoices):
        MOVIE = "movie", "Film"
        SERIES = "series", "Series"
        EPISODE = "episode", "Episode"
        GAME = "game", "Game"

    imdb_id = models.CharField("IMDb id", max_length=20, unique=True)
    title = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    year = models.PositiveIntegerField(null=True, blank=True)
    end_year = models.PositiveIntegerField(null=True, blank=True, help_text="Of a series.")
    runtime_minutes = models.PositiveIntegerField(null=True, blank=True)
    genres = models.ManyToManyField(Genre, related_name="movies", blank=True)
    plot = models.TextField(blank=True)
    poster_url = models.TextField(blank=True)
    is_full_record = models.BooleanField("complete", default=False)
    filled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField("added", default=timezone.now)

    objects = MovieQuerySet.as_manager()

    class Meta:
        verbose_name = "film"
        ordering = ("title", "year")
        permissions = [("refill_movie", "Can re-fill films from OMDb")]
        indexes = [
            models.Index(fields=["title", "year"], name="movie_title_year"),
            models.Index(fields=["-created_at", "-id"], name="movie_newest"),
            models.Index(fields=["id"], name="movie_incomplete", condition=Q(is_full_record=False)),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})" if self.year else self.title


class SearchTerm(models.Model):
    """One normalised thing people look for, and when OMDb last answered it."""

    term = models.CharField(max_length=TERM_LENGTH, unique=True)
    created_at = models.DateTimeField("first searched", default=timezone.now)
    last_search = models.DateTimeField("last answered", null=True, blank=True)
    last_outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    # Answers of the demo catalogue are worth nothing once a real key is there.
    answered_by_demo = models.BooleanField(default=False)
    total_results = models.PositiveIntegerField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.VISITOR)
    canonical = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="variants"
    )
    hidden = models.BooleanField(default=False)
    movies = models.ManyToManyField(Movie, through="Hit", related_name="terms")

    class Meta:
        verbose_name = "term"
        ordering = ("term",)
        permissions = [("repeat_searchterm", "Can search a term again")]
        indexes = [models.Index(fields=["-created_at", "-id"], name="term_newest")]

    def __str__(self) -> str:
        return self.term

    def is_fresh(self) -> bool:
        """Return whether OMDb's last answer is young enough to be given again."""
        if self.last_search is None or self.answered_by_demo != settings.OMDB_DEMO:
            return False
        return self.last_search > timezone.now() - timedelta(seconds=settings.SEARCH_FRESH_FOR)


class Hit(models.Model):
    """One film among a term's results, at OMDb's rank."""

    term = models.ForeignKey(SearchTerm, on_delete=models.CASCADE, related_name="hits")
    movie = models.ForeignKey(Movie, on_delete=models.CASCADE, related_name="hits")
    rank = models.PositiveIntegerField()
    # The fetch that saw it last; a complete fetch removes what it did not see.
    seen_by = models.UUIDField()

    class Meta:
        ordering = ("rank", "pk")
        constraints = [
            models.UniqueConstraint(fields=["term", "movie"], name="one_hit_per_film"),
        ]
        indexes = [models.Index(fields=["term", "rank"], name="hit_term_rank")]

    def __str__(self) -> str:
        return f"{self.rank}. {self.movie_id}"


class Search(models.Model):
    """One search: the event, the work to do, its progress and its audit line in one row."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    term = models.ForeignKey(SearchTerm, on_delete=models.PROTECT, related_name="searches")
    origin = models.CharField(max_length=10, choices=Origin)
    # A hash that recognises a client within one site day; see ActorSalt.
    actor = models.CharField(max_length=32, blank=True, editable=False)
    is_bot = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField("searched", default=timezone.now)
    # Of its term ever: one search alone creates the term, so these can be added up.
    is_first = models.BooleanField(default=False, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    message = models.TextField(blank=True, help_text="Why it ended so, for staff.")
    # Whose fetch this one waits for and ends with.
    joined = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followers"
    )
    pages_done = models.PositiveIntegerField(default=0)
    pages_total = models.PositiveIntegerField(default=0)
    total_results = models.PositiveIntegerField(null=True, blank=True)
    films_found = models.PositiveIntegerField(default=0)
    films_new = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField("OMDb calls", default=0)
    attempts = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    counted = models.BooleanField(default=False, editable=False)

    objects = SearchQuerySet.as_manager()

    class Meta:
        verbose_name = "search"
        verbose_name_plural = "searches"
        ordering = ("-created_at", "-id")
        constraints = [
            # Two people searching the same stale term at once cause one fetch.
            models.UniqueConstraint(
                fields=["term"],
                condition=Q(outcome="", joined__isnull=True),
                name="one_fetch_per_term",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="search_newest"),
            models.Index(fields=["term", "-created_at"], name="search_term_newest"),
            models.Index(fields=["actor", "-created_at"], name="search_actor_newest"),
            models.Index(fields=["id"], name="search_unfinished", condition=Q(outcome="")),
            models.Index(
                fields=["id"],
                name="search_uncounted",
                condition=Q(counted=False) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Search {self.pk}"


class ActorSalt(models.Model):
    """The random salt of one site day; destroyed after two."""

    day = models.DateField(unique=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)


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


class RefillItem(models.Model):
    """One film of a re-fill: the promise that it is fetched, and how that went."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Unchanged"
        FAILED = "failed", "Failed"

    refill = models.ForeignKey(Refill, on_delete=models.CASCADE, related_name="items")
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
            models.Index(
                fields=["due_at", "id"],
                name="refill_item_open",
                condition=Q(state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refill_id}/{self.movie_id}"
