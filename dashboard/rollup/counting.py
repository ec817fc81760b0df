"""What a search counts as: the one place that says so, for the fold and for who checks it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Least, Substr

from movies.models import ANSWERS, Origin, Outcome, Search

STREAMED = 2000

# The part of the whole that a search is in. What is in none showed films for which OMDb was
# asked.
PART = Case(
    When(~Q(outcome__in=ANSWERS), then=Value("not_answered")),
    When(films_found=0, then=Value("nothing_found")),
    When(outcome=Outcome.CACHED, then=Value("from_cache")),
    default=Value(""),
)
BY_THEM = Q(is_bot=True) | Q(origin=Origin.STAFF)
IS_LEFT_OUT = BY_THEM | Q(term__hidden=True)
LEFT_OUT = Case(
    When(IS_LEFT_OUT, then=Value(True)),
    default=Value(False),
    output_field=BooleanField(),
)
# Both databases write a moment as it is in UTC; in no zone does a minute belong to two hours.
# Text, because making a datetime of each row takes longer than to read it.
MINUTE = Substr(Cast("created_at", TextField()), 1, 16)
# Which searches, as `classified` returns them, add one to a measure.
MEASURES = {
    "searches": Q(),
    "from_cache": Q(part="from_cache"),
    "nothing_found": Q(part="nothing_found"),
    "not_answered": Q(part="not_answered"),
    "first_time": Q(is_first=True),
}
OUTCOMES = {outcome: Q(outcome=outcome) for outcome in Outcome.values}
# Only a search that asked OMDb itself has pages; one that joined it shows the same films. Of an
# attempt that broke off the new films are kept, though the next one may have come less far.
RETURNED = Case(When(pages_done__gt=0, then="films_found"), default=0)
BROUGHT = Case(When(pages_done__gt=0, then=Least("films_new", "films_found")), default=0)
# What `classified` adds to a search that a measure adds up.
FILMS = {"films_returned": F("returned"), "new_films": F("brought")}


class Event(NamedTuple):
    """What the read models keep of one finished search."""

    pk: int
    term_id: int
    actor: str
    is_first: bool
    # Of its beginning, in UTC: 2026-11-22 09:35.
    minute: str
    outcome: str
    part: str
    left_out: bool
    returned: int
    brought: int

    def measures(self) -> list[str]:
        """Return the names of the MEASURES that it adds one to."""
        found = ["searches"]
        if self.part:
            found.append(self.part)
        if self.is_first:
            found.append("first_time")
        return found


def sides(everyone: bool) -> tuple[bool, ...]:
    """Return which values of `left_out` are counted."""
    return (False, True) if everyone else (False,)


def counted_of(searches: QuerySet[Search], *, everyone: bool) -> QuerySet[Search]:
    """Return the searches without those left out, unless `everyone` counts."""
    return searches if everyone else searches.exclude(IS_LEFT_OUT)


def classified(searches: QuerySet[Search]) -> QuerySet[Any]:
    """Return finished searches, each with its part of the whole, its side and its films."""
    return searches.annotate(part=PART, left_out=LEFT_OUT, returned=RETURNED, brought=BROUGHT)


def events(searches: QuerySet[Search]) -> list[Event]:
    return list(map(Event._make, _rows(searches)))


def streamed(searches: QuerySet[Search]) -> Iterator[Event]:
    """Yield events of which only some are held at a time."""
    return map(Event._make, _rows(searches).iterator(chunk_size=STREAMED))


def _rows(searches: QuerySet[Search]) -> QuerySet[Any]:
    rows: QuerySet[Any] = classified(searches).annotate(minute=MINUTE)
    return rows.values_list(*Event._fields)
