"""How a search of a file ended, as far as the file says.

The figures know eight outcomes, and what is not known must not become one of theirs that counts:

- Nothing is said: it counts as not answered, for only those are in no rate. The row says so.
- Only results: none is "nothing found", some are "nothing new": that films were shown is all
  that is known, and nothing is claimed to have been new, or to have come from our cache.
- Only an outcome that shows films: at least one was shown, so that it does not count as nothing
  found; how many is not known, and shown nowhere.
"""

from functools import lru_cache
from typing import NamedTuple

from movies.importing.moments import shortened
from movies.models import Outcome

UNSAID = "The file does not say how it ended."
SHOW_FILMS = (Outcome.CACHED, Outcome.FETCHED, Outcome.NOTHING_NEW)
MOST_RESULTS = 2**31 - 1
EMPTY = ("", "-", "null", "none", "nan", "\\n")
# By the name and by the words that staff read.
WORDS = {
    word.lower().replace(" ", "_"): outcome
    for outcome in Outcome
    for word in (outcome.value, str(outcome.label))
}


class End(NamedTuple):
    """The columns of a search that say how it ended."""

    outcome: str
    films_found: int
    # None where the file does not say.
    total_results: int | None
    message: str = ""


@lru_cache(4096)
def end_of(outcome: str, results: str) -> End:
    """Return how a search ended; raise ValueError where the words are no outcome or no number."""
    said, count = _outcome(outcome), _count(results)
    if said is None and count is None:
        return End(Outcome.OVER_BUDGET, 0, None, UNSAID)
    if said is None:
        return End(Outcome.NOTHING_NEW if count else Outcome.NOT_FOUND, count or 0, count)
    if said in (Outcome.FETCHED, Outcome.NOTHING_NEW) and count == 0:
        raise ValueError(f"{said.value} is no outcome of 0 results")
    if said == Outcome.NOT_FOUND and count:
        raise ValueError(f"not_found is no outcome of {count} results")
    if count is None:
        return End(said, int(said in SHOW_FILMS), None)
    return End(said, 0 if said == Outcome.TOO_MANY else count, count)


def _outcome(text: str) -> Outcome | None:
    words = text.lower().replace("-", "_").replace(" ", "_")
    if text.lower() in EMPTY:
        return None
    if words not in WORDS:
        raise ValueError(f"{shortened(text)} is none of {', '.join(Outcome.values)}")
    return WORDS[words]


def _count(text: str) -> int | None:
    if text.lower() in EMPTY:
        return None
    whole, _, part = text.partition(".")
    # Ten digits are more than there are films; other scripts have digits as well.
    if not (whole.isascii() and whole.isdecimal() and len(whole) <= 10 and not part.strip("0")):
        raise ValueError(f"{shortened(text)} is no number of results")
    if int(whole) > MOST_RESULTS:
        raise ValueError(f"{text} results are too many")
    return int(whole)
