"""What there is to announce: the words of each event, and the key that tells it from others."""

from datetime import datetime

from django.utils import timezone

from movies import calls
from movies.models import Movie, Outcome, Refill, Search, SearchTerm
from notifications import kinds
from notifications.composing import Event


def new_term(term: SearchTerm) -> Event:
    """Somebody looked for something new; once for each term."""
    return Event(
        kinds.NEW_SEARCH_TERM,
        f"{kinds.NEW_SEARCH_TERM}:{term.pk}",
        "New Search Term",
        (f"A new search term was used: '{term.term}'",),
        term,
    )


def filled(movie: Movie) -> Event:
    """A film's details were fetched; every fill is an event of its own."""
    filled_at = movie.filled_at or timezone.now()
    return Event(
        kinds.MOVIE_FILLED,
        f"{kinds.MOVIE_FILLED}:{movie.pk}:{filled_at.isoformat()}",
        f"Film filled: {movie}",
        (f"The details of '{movie}' ({movie.imdb_id}) were fetched.",),
        movie,
    )


def finished(refill: Refill) -> Event:
    """A re-fill is done; again when films that had failed were tried again."""
    states = ("changed", "unchanged", "failed", "cancelled")
    counts = {state: getattr(refill, state) for state in states}
    words = ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)
    finished_at = refill.finished_at or timezone.now()
    return Event(
        kinds.REFILL_FINISHED,
        f"{kinds.REFILL_FINISHED}:{refill.pk}:{finished_at.isoformat()}",
        f"Re-fill {refill.pk} is done",
        (f"Re-fill {refill.pk} is done: {words or 'nothing was left to do'}.",),
        refill,
    )


def failed_task(task: str, error: str, words: str, now: datetime) -> Event:
    """A task fails; once an hour for each task and exception."""
    return Event(
        kinds.TASK_FAILED,
        f"{kinds.TASK_FAILED}:{task}:{error}:{now:%Y-%m-%dT%H}",
        f"Task failed: {task}",
        (
            f"The task {task} failed with {error}.",
            words,
            "More failures like it within the hour stand under Tasks, and are not mailed.",
        ),
    )


def refusal(search: Search) -> Event:
    """OMDb refuses the key, or the day's calls are used up; once a day, each by its own."""
    if search.outcome == Outcome.REFUSED:
        subject = "OMDb refuses our key"
        lines = (
            "OMDb refuses our key: nothing new can be fetched.",
            "Films that we hold are still found. Check OMDB_API_KEY.",
        )
        day = timezone.localdate()
    else:
        subject = "The day's OMDb calls are used up"
        lines = (
            "The day's OMDb calls are used up: nothing new can be fetched until it opens again.",
            "Films that we hold are still found. It goes on by itself.",
        )
        day = calls.omdb_day()
    key = f"{kinds.OMDB_REFUSED}:{search.outcome}:{day}"
    return Event(kinds.OMDB_REFUSED, key, subject, lines, search)
