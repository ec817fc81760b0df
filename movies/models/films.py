"""Films and their genres."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from movies.querysets import MovieQuerySet


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
