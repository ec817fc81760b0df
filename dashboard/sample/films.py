"""The films of the sample history, and how many of them were held and complete on each day."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from dashboard.days import days_between, end_of, site_date
from dashboard.models import FilmDay
from movies.catalogue import Film
from movies.models import Genre, Movie

type Pair = tuple[Movie, Film]


def complete(movie: Movie, film: Film, at: datetime) -> None:
    """Give the movie the catalogue's details, but for its genres, which need its key."""
    movie.is_full_record = True
    movie.filled_at = at
    movie.runtime_minutes = int(film.runtime) if film.runtime else None
    movie.plot = film.plot


def write_films(pairs: Sequence[Pair]) -> None:
    Movie.objects.bulk_create([movie for movie, _ in pairs])
    write_genres([pair for pair in pairs if pair[0].is_full_record])


def write_genres(pairs: Sequence[Pair]) -> None:
    """Give these movies, which have none yet, the catalogue's genres."""
    names = {name for _, film in pairs for name in film.genres}
    Genre.objects.bulk_create([Genre(name=name) for name in sorted(names)], ignore_conflicts=True)
    by_name = {genre.name: genre for genre in Genre.objects.filter(name__in=names)}
    between = Movie.genres.through
    between.objects.bulk_create(
        between(movie_id=movie.pk, genre_id=by_name[name].pk)
        for movie, film in pairs
        for name in film.genres
    )


def write_film_days(until: datetime) -> None:
    """Write what each whole day before `until` would have counted; days that have it keep it."""
    rows = list(Movie.objects.values_list("created_at", "filled_at"))
    added = sorted(created_at for created_at, _ in rows)
    filled = sorted(filled_at for _, filled_at in rows if filled_at)
    FilmDay.objects.bulk_create(
        (
            FilmDay(
                day=day,
                held=bisect_left(added, end_of(day)),
                complete=bisect_left(filled, end_of(day)),
            )
            for day in _whole_days(added, until)
        ),
        ignore_conflicts=True,
    )


def _whole_days(added: Sequence[datetime], until: datetime) -> list[date]:
    if not added:
        return []
    return days_between(site_date(added[0]), site_date(until) - timedelta(days=1))
