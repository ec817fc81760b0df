"""What is marked on charts: each source is rows that tell of it, and the words for one.

A source is one function that returns rows with the columns of Mark, and one entry of SOURCES.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.db.models import BigIntegerField, BooleanField, Case, Count, F, QuerySet, Value, When
from django.db.models import TextField as Text
from django.db.models.functions import Cast
from django.urls import reverse

from dashboard.front.figures import REFILLS, SEARCHES, TERMS
from dashboard.models import Incident
from dashboard.worklist import choosing
from movies import merging
from movies.formats import counted
from movies.models import Import, Origin, Refill, RefillItem, Search

Kind = Incident.Kind
# Shaded: nobody could search, or nobody did.
BANDS = (Kind.OUTAGE, Kind.SILENCE)
FILLED = (RefillItem.State.CHANGED, RefillItem.State.UNCHANGED)
NO_TEXT, NO_COUNT = Value("", output_field=Text()), Value(0)
NO_BAND = Value(False, output_field=BooleanField())


class Scope(NamedTuple):
    """The time that is looked at, and the one term whose marks are wanted; None for the site."""

    start: datetime
    end: datetime
    term_id: int | None


class Mark(NamedTuple):
    """One thing that happened; `text` and `amount` are what its source makes words of."""

    sort: str
    key: int
    first: datetime
    last: datetime
    text: str
    amount: int
    # Keys of the terms that it is about, as JSON; empty where it is about all.
    about: str
    is_band: bool


@dataclass(frozen=True, slots=True)
class Source:
    """What is marked, for who may see it: its rows, and each as words.

    `many` is what several are called, by what stands in `sort` of its rows; `url` leads to one
    of them, and without it a mark leads to its bucket.
    """

    permission: str
    rows: Callable[[Scope], QuerySet[Any, Any]]
    words: Callable[[Mark], str]
    many: Mapping[str, str]
    url: Callable[[Mark], str] | None = None


def _incidents(scope: Scope) -> QuerySet[Any, Any]:
    rows = Incident.objects.filter(began_at__lt=scope.end, seen_at__gte=scope.start)
    # Of a site that finds less or is searched more, a term is told by its own line.
    of_terms = Case(
        When(kind__in=(Kind.SPIKE, Kind.SURGE), then=Cast("terms", Text())),
        default=NO_TEXT,
        output_field=Text(),
    )
    return rows.order_by().values(
        sort=Cast("kind", Text()),
        key=F("pk"),
        first=F("began_at"),
        last=F("seen_at"),
        text=Cast("words", Text()),
        amount=NO_COUNT,
        about=of_terms,
        is_band=Case(
            When(kind__in=BANDS, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )


def _refills(scope: Scope) -> QuerySet[Any, Any]:
    """Return the re-fills that ended; of a term, how many of its films each filled."""
    ended: QuerySet[Any, Any]
    films: Any
    if scope.term_id is None:
        ended = Refill.objects.filter(finished_at__gte=scope.start, finished_at__lt=scope.end)
        of, at, key, films = "", F("finished_at"), F("pk"), F("changed") + F("unchanged")
    else:
        ended = RefillItem.objects.filter(
            refill__finished_at__gte=scope.start,
            refill__finished_at__lt=scope.end,
            movie__hits__term_id=scope.term_id,
            state__in=FILLED,
        )
        of, at, key, films = "refill__", F("refill__finished_at"), F("refill_id"), Count("pk")
    return ended.order_by().values(
        sort=Case(
            When(choosing.is_by_night(of), then=Value("night")),
            default=Value("refill"),
            output_field=Text(),
        ),
        key=key,
        first=at,
        last=at,
        text=Value("of its films" if scope.term_id else "", output_field=Text()),
        amount=films,
        about=NO_TEXT,
        is_band=NO_BAND,
    )


def _refill_words(mark: Mark) -> str:
    name = "Nightly choice" if mark.sort == "night" else f"Re-fill {mark.key}"
    if mark.text:
        return f"{name}: {mark.amount:,} {mark.text}"
    return f"{name}: {counted(mark.amount, 'film')}"


def _refill_url(mark: Mark) -> str:
    return reverse("admin:movies_refill_change", args=[mark.key])


def _fetches(scope: Scope) -> QuerySet[Any, Any]:
    """Return the searches by staff that brought new films."""
    searches = Search.objects.filter(
        # The person as well as the origin: of those there is an index.
        requested_by__isnull=False,
        origin=Origin.STAFF,
        films_new__gt=0,
        created_at__gte=scope.start,
        created_at__lt=scope.end,
    )
    if scope.term_id is not None:
        searches = searches.filter(term_id=scope.term_id)
    return searches.order_by().values(
        sort=Value("fetch", output_field=Text()),
        key=F("pk"),
        first=F("created_at"),
        last=F("created_at"),
        text=Cast("term__term", Text()),
        amount=F("films_new"),
        about=NO_TEXT,
        is_band=NO_BAND,
    )


def _imports(scope: Scope) -> QuerySet[Any, Any]:
    """Return the files that searches of this time were brought in with; of one term none.

    They stand where their searches are, whenever they were imported.
    """
    files = Import.objects.filter(first_at__lt=scope.end, last_at__gte=scope.start)
    if scope.term_id is not None:
        files = files.none()
    return files.order_by().values(
        sort=Value("import", output_field=Text()),
        key=F("pk"),
        first=F("first_at"),
        last=F("last_at"),
        text=Cast("name", Text()),
        amount=F("searches"),
        about=NO_TEXT,
        is_band=NO_BAND,
    )


def _import_words(mark: Mark) -> str:
    return f"Import of {mark.text}: {counted(mark.amount, 'search', 'searches')}"


def _import_url(mark: Mark) -> str:
    return reverse("admin:movies_import_change", args=[mark.key])


def _merges(scope: Scope) -> QuerySet[Any, Any]:
    """Return the terms that staff merged into others, by what they left in the audit log."""
    lines = LogEntry.objects.filter(
        content_type__app_label="movies",
        content_type__model="searchterm",
        change_message__startswith=merging.MERGED,
        action_time__gte=scope.start,
        action_time__lt=scope.end,
    )
    if scope.term_id is not None:
        lines = lines.filter(object_id=str(scope.term_id))
    return lines.order_by().values(
        sort=Value("merge", output_field=Text()),
        key=Cast("object_id", BigIntegerField()),
        first=F("action_time"),
        last=F("action_time"),
        text=Cast("object_repr", Text()),
        amount=NO_COUNT,
        about=NO_TEXT,
        is_band=NO_BAND,
    )


def _merge_url(mark: Mark) -> str:
    return reverse("admin:movies_searchterm_change", args=[mark.key])


def _fetch_words(mark: Mark) -> str:
    return f"“{mark.text}” fetched by staff: {counted(mark.amount, 'new film')}"


def _fetch_url(mark: Mark) -> str:
    return reverse("admin:movies_search_change", args=[mark.key])


SOURCES = (
    Source(
        SEARCHES,
        _incidents,
        lambda mark: mark.text,
        {
            Kind.SPIKE: "spikes",
            Kind.SURGE: "surges of nothing found",
            Kind.SILENCE: "silences",
            Kind.OMDB: "times of OMDb errors",
            Kind.OUTAGE: "outages",
        },
    ),
    Source(
        REFILLS,
        _refills,
        _refill_words,
        {"refill": "re-fills", "night": "nightly choices"},
        _refill_url,
    ),
    Source(SEARCHES, _fetches, _fetch_words, {"fetch": "fetches by staff"}, _fetch_url),
    Source(SEARCHES, _imports, _import_words, {"import": "imports"}, _import_url),
    Source(
        TERMS,
        _merges,
        lambda mark: f"“{mark.text}” merged into another term",
        {"merge": "merges"},
        _merge_url,
    ),
)
