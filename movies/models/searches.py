"""Terms, the searches for them, and the films that they find."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from movies.models.films import Movie
from movies.models.imports import Import
from movies.querysets import SearchQuerySet

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


class SearchTerm(models.Model):
    """One normalised thing people look for, and when OMDb last answered it."""

    term = models.CharField(max_length=TERM_LENGTH, unique=True)
    created_at = models.DateTimeField("first searched", default=timezone.now)
    last_search = models.DateTimeField("last answered", null=True, blank=True)
    last_outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    # Answers of the demo catalogue are worth nothing once a real key is there.
    answered_by_demo = models.BooleanField(default=False)
    total_results = models.PositiveIntegerField(null=True, blank=True)
    # Its last fetch broke off after some of its films: `total_results` counts also the others.
    is_short = models.BooleanField(default=False, db_default=False, editable=False)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.VISITOR)
    # What it is merged into, which is merged into nothing itself: see movies/merging.py.
    canonical = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="variants"
    )
    # Of these the one that staff merged it into, before that was merged itself; see there.
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    hidden = models.BooleanField(default=False)
    # Its text is forgotten; the row stays, for its searches are still counted.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    movies = models.ManyToManyField(Movie, through="Hit", related_name="terms")

    class Meta:
        verbose_name = "term"
        ordering = ("term",)
        permissions = [
            ("repeat_searchterm", "Can search a term again"),
            ("curate_searchterm", "Can merge, hide and erase terms"),
        ]
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
    # Its index, and those of the two others, are below: fewer cost each search less.
    term = models.ForeignKey(
        SearchTerm, on_delete=models.PROTECT, related_name="searches", db_index=False
    )
    origin = models.CharField(max_length=10, choices=Origin)
    # A hash that recognises a client within one site day; see ActorSalt.
    actor = models.CharField(max_length=32, blank=True, editable=False)
    is_bot = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_index=False,
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
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followers",
        db_index=False,
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
    # The file it was brought in with.
    source = models.ForeignKey(
        Import,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rows",
        db_index=False,
        editable=False,
    )

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
                fields=["joined"], name="search_joined", condition=Q(joined__isnull=False)
            ),
            models.Index(
                fields=["requested_by"],
                name="search_requested_by",
                condition=Q(requested_by__isnull=False),
            ),
            # What staff asked for in a period: few of its searches.
            models.Index(
                fields=["created_at"],
                name="search_by_person",
                condition=Q(requested_by__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="search_uncounted",
                condition=Q(counted=False) & ~Q(outcome=""),
            ),
            models.Index(
                fields=["source", "-created_at", "-id"],
                name="search_source",
                condition=Q(source__isnull=False),
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
