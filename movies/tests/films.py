"""Films to be re-filled."""

from movies.models import Movie


def films(lacking: int, complete: int) -> list[int]:
    """Write so many films without details, then so many with them; return their keys."""
    pks = []
    for number in range(lacking + complete):
        film = Movie.objects.create(
            imdb_id=f"tt{number:07}", title=f"Film {number}", is_full_record=number >= lacking
        )
        pks.append(film.pk)
    return pks
