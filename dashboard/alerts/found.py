"""What a rule found out of the ordinary, in the words of its mail and of its mark."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Something out of the ordinary, since when, and the figures that show it.

    `sentence` says what happened, `figures` are names with their values, `page` is an absolute
    address, and `words` are what a chart has room for.
    """

    kind: str
    since: datetime
    subject: str
    sentence: str
    figures: tuple[tuple[str, str], ...]
    page: str
    words: str
    terms: tuple[int, ...] = ()
