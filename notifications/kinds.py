"""The registry of what can be said; every app adds its own kinds from `ready()`."""

from dataclasses import dataclass

from django.db.models import TextChoices

NEW_SEARCH_TERM = "new_search_term"
MOVIE_FILLED = "movie_filled"
REFILL_FINISHED = "refill_finished"
TASK_FAILED = "task_failed"
OMDB_REFUSED = "omdb_refused"
TEST = "test"


class Delivery(TextChoices):
    """When a notification of a kind is mailed."""

    NOW = "now", "At once"
    DIGEST = "digest", "Collected in a digest"
    NONE = "none", "Written down only"


class Ambiguous(TextChoices):
    """What to do with a mail that was handed over and never answered."""

    RESEND = "resend", "Send the same mail again: twice is better than never"
    HOLD = "hold", "Ask a person: never is better than twice"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notification: its words, and what its policy is until staff change it.

    `many` is what a digest calls several of them; `template` names the two files of its text,
    `notifications/mail/<template>.txt` and `.html`.
    """

    name: str
    label: str
    many: str
    template: str = "plain"
    delivery: str = Delivery.NOW
    digest_minutes: int = 15
    rate_per_hour: int = 20
    expiry_hours: int = 24
    ambiguous: str = Ambiguous.RESEND

    @property
    def goes_at_once(self) -> bool:
        """Return whether a worker is told of it, instead of waiting for the relay."""
        return self.delivery == Delivery.NOW


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add `kind`; a second one of the same name takes its place."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """Return the kind, or a plain one for a name nobody registers any more."""
    words = name.replace("_", " ")
    return _kinds.get(name) or Kind(name, words.capitalize(), words, delivery=Delivery.NONE)


def registered() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def register_own() -> None:
    register(Kind(NEW_SEARCH_TERM, "New search term", "new search terms"))
    register(Kind(MOVIE_FILLED, "Film filled", "filled films", delivery=Delivery.NONE))
    register(Kind(REFILL_FINISHED, "Re-fill finished", "finished re-fills"))
    register(Kind(TASK_FAILED, "Task failed", "failed tasks"))
    register(Kind(OMDB_REFUSED, "OMDb refused", "refusals of OMDb"))
    register(Kind(TEST, "Test", "tests"))
