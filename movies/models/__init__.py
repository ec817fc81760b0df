"""Films, the searches that found them, and the re-fills that complete them."""

from movies.models.films import Genre, Movie
from movies.models.imports import BAD_LINES, FormerFirst, Import
from movies.models.refills import OmdbDay, Refill, RefillHold, RefillItem
from movies.models.searches import (
    ANSWERS,
    NO_ANSWERS,
    TERM_LENGTH,
    ActorSalt,
    Hit,
    Origin,
    Outcome,
    Search,
    SearchTerm,
)

__all__ = [
    "ANSWERS",
    "BAD_LINES",
    "NO_ANSWERS",
    "TERM_LENGTH",
    "ActorSalt",
    "FormerFirst",
    "Genre",
    "Hit",
    "Import",
    "Movie",
    "OmdbDay",
    "Origin",
    "Outcome",
    "Refill",
    "RefillHold",
    "RefillItem",
    "Search",
    "SearchTerm",
]
