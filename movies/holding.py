"""Hold all re-fills up while OMDb is away, or refuses the key: that costs a few calls a pause.

Such trouble is of OMDb, not of a film or a batch. Pauses grow with it; whatever OMDb answers to
anybody ends them, and so does an operator.
"""

from datetime import timedelta

from django.utils import timezone

from movies.models import RefillHold
from movies.omdb_errors import (
    EmptyBody,
    KeyRefused,
    NotJson,
    OmdbError,
    Unavailable,
)

# A day of pauses costs less than a tenth of the calls of a free key.
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=1)
# What says nothing about the film that was asked for.
TROUBLE = (KeyRefused, Unavailable, NotJson, EmptyBody)


def hold(error: OmdbError) -> bool:
    """Hold all re-fills up for as long as the trouble has lasted by now, within bounds.

    Return whether it is new: OMDb had answered somebody since the last.
    """
    now = timezone.now()
    known = RefillHold.objects.first()
    lasted = now - known.since if known else SHORTEST
    facts = {
        "until": now + min(max(SHORTEST, lasted), LONGEST),
        "message": error.message,
        "is_refused": isinstance(error, KeyRefused),
    }
    return RefillHold.objects.update_or_create(pk=1, defaults=facts)[1]


def release() -> bool:
    """Let all re-fills go on; return False if nothing held them up."""
    holds = RefillHold.objects.all()
    # Asked first: it is hardly ever so, and reading takes nobody's turn to write.
    return holds.exists() and bool(holds.delete()[0])
