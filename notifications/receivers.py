"""What notifications hears of movies; nothing it does may stop a search or a fill."""

import functools
import logging
from collections.abc import Callable

from django.db.models.signals import post_save

from movies.models import Movie, Origin, SearchTerm
from movies.signals import movie_filled
from notifications import services

logger = logging.getLogger(__name__)


def never_vetoes(receiver: Callable[..., None]) -> Callable[..., None]:
    """Log what `receiver` raises: an exception here would take the saved row along."""

    @functools.wraps(receiver)
    def guarded(**facts: object) -> None:
        try:
            receiver(**facts)
        except Exception:
            logger.exception("%s wrote no notification", receiver.__name__)

    return guarded


@never_vetoes
def announce_new_term(
    instance: SearchTerm, created: bool, raw: bool = False, **facts: object
) -> None:
    if created and not raw and instance.origin != Origin.IMPORT:
        services.announce_new_term(instance)


@never_vetoes
def note_filled(movie: Movie, **facts: object) -> None:
    services.note_filled(movie)


def connect() -> None:
    post_save.connect(announce_new_term, sender=SearchTerm, dispatch_uid="announce_new_term")
    movie_filled.connect(note_filled, dispatch_uid="note_filled")
