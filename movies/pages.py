"""What the page of a search shows: one sentence, and a page of films."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone

from movies import calls
from movies.formats import counted, number
from movies.models import ANSWERS, Movie, Outcome, Search

FILMS_A_PAGE = 24
MOST_LOOKALIKES = 50
# A search that nobody has begun by then may take a while, and says so.
BEGINS_WITHIN = timedelta(seconds=5)

WAITS = "Your search waits and runs by itself. Come back to this page."
OUT_OF_REACH = "The film database is out of reach. Here is what we have; try later."
COULD_NOT_LOOK = "We could not look for new films that day. Here is what we have."


@dataclass(frozen=True, slots=True)
class Film:
    """A film as its card shows it; what is not known is empty."""

    title: str
    years: str
    runtime: str
    genres: str
    poster_url: str

    @classmethod
    def of(cls, movie: Movie) -> "Film":
        """Read a movie whose genres were prefetched."""
        return cls(
            title=movie.title,
            years=years(movie.year, movie.end_year),
            runtime=runtime(movie.runtime_minutes),
            genres=", ".join(genre.name for genre in movie.genres.all()),
            poster_url=movie.poster_url if is_shown(movie.poster_url) else "",
        )


@dataclass(frozen=True, slots=True)
class State:
    """How far a search is: `asking`, `waiting`, `short` of films it should have, or `answered`."""

    kind: str
    sentence: str
    hint: str = ""
    pages_done: int = 0
    pages_total: int = 0

    @property
    def is_moving(self) -> bool:
        return self.kind in ("asking", "waiting")

    @property
    def spoken(self) -> str:
        """What is read aloud when the kind changes: no counts, which change all the time."""
        return "Asking OMDb" if self.kind == "asking" else self.sentence


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a search shows, or what it has to show in addition."""

    state: State
    films: list[Film]
    # How many films are on the page, those included that were there before.
    count: int
    page: "Page[Movie] | None" = None

    @property
    def version(self) -> str:
        """Differs whenever the page of an unfinished search has something new to say."""
        return f"{self.state.kind}.{self.state.pages_done}.{self.count}"


def show(search: Search, wanted_page: str) -> Shown:
    """Return one page of films; a page that is not there gives the nearest.

    An unfinished search has only one, which grows.
    """
    state, found = _look(search)
    if state.is_moving:
        return grown(search, already=0)
    page = Paginator(found, FILMS_A_PAGE).get_page(max(1, whole_number(wanted_page)))
    films = [Film.of(movie) for movie in page]
    return Shown(state, films, count=len(films), page=page)


def grown(search: Search, *, already: int) -> Shown:
    """Return what a page that shows the first `already` films has to add."""
    state, found = _look(search)
    films = [Film.of(movie) for movie in found[already:]]
    return Shown(state, films, count=already + len(films))


def _look(search: Search) -> "tuple[State, QuerySet[Movie] | list[Movie]]":
    own = _own_films(search)
    held = own.count()
    state = state_of(search, held=held)
    if state.kind != "short" or held:
        return state, own
    films = Movie.objects.prefetch_related("genres")
    return state, films.titled_like(search.term.term, MOST_LOOKALIKES)


def _own_films(search: Search) -> "QuerySet[Movie]":
    hits: dict[str, object] = {"hits__term": search.term_id}
    if not search.outcome:
        # An older answer may rank films differently; mixed into a growing list they would move.
        hits["hits__seen_by"] = (search.joined or search).uuid
    in_rank = Movie.objects.filter(**hits).order_by("hits__rank", "hits__pk")
    return in_rank.prefetch_related("genres")


def state_of(search: Search, *, held: int) -> State:
    """Return what is to be said of a search of whose term `held` films are stored."""
    if not search.outcome:
        return _moving(search.joined or search)
    outcome = _known_outcome(search)
    if outcome in ANSWERS:
        return State("answered", _answer(search.term.term, outcome, held))
    total = search.total_results or 0
    if 0 < search.films_found < total and 0 < held < total:
        showing = f"Showing {number(held)} of {counted(total, 'film')}"
        hint = "Search again later for the rest."
        return State("short", f"{showing}; the rest could not be fetched.", hint)
    if outcome == Outcome.OVER_BUDGET:
        return _out_of_budget(search.finished_at or search.created_at)
    return State("short", OUT_OF_REACH)


def _moving(fetch: Search) -> State:
    now = timezone.now()
    is_lost = fetch.lease_until is not None and fetch.lease_until < now
    if is_lost or (fetch.started_at is None and fetch.created_at <= now - BEGINS_WITHIN):
        return State("waiting", WAITS)
    if not fetch.pages_total:
        return State("asking", "Asking OMDb")
    done, total = fetch.pages_done, fetch.pages_total
    so_far = f"page {number(done)} of {number(total)}, {counted(fetch.films_found, 'film')} so far"
    return State("asking", f"Asking OMDb: {so_far}", pages_done=done, pages_total=total)


def _known_outcome(search: Search) -> str:
    """Return how the search ended, or how its term was answered since: links stay true."""
    answered, ended = search.term.last_search, search.finished_at
    is_superseded = answered is not None and ended is not None and answered > ended
    if is_superseded or search.outcome == Outcome.CACHED:
        return search.term.last_outcome or Outcome.CACHED
    return search.outcome


def _answer(term: str, outcome: str, held: int) -> str:
    if held:
        return counted(held, "film")
    if outcome == Outcome.TOO_MANY:
        return f'Too many films match "{term}". Add a word.'
    return f'No film called "{term}". Check the spelling or try fewer words.'


def _out_of_budget(ended: datetime) -> State:
    opens_at = calls.budget().opens_at
    if ended < opens_at - timedelta(days=1):
        return State("short", COULD_NOT_LOOK, "Search again to look now.")
    # Visitors have no zone of their own; the site's is named beside the time.
    clock = f"{opens_at.astimezone(timezone.get_default_timezone()):%H:%M}"
    sentence = f"We cannot look for new films until {clock}. Here is what we have."
    return State("short", sentence, f"Search again then. Times are in {settings.TIME_ZONE}.")


def whole_number(text: str) -> int:
    """Return the number in a query parameter, or 0 for what no page or offset can be."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def years(first: int | None, last: int | None) -> str:
    if first and last and last != first:
        return f"{first}–{last}"  # noqa: RUF001 - an en dash is what stands between years
    return str(first or "")


def runtime(minutes: int | None) -> str:
    hours, rest = divmod(minutes or 0, 60)
    parts = (f"{number(hours)} h" if hours else "", f"{rest} min" if rest else "")
    return " ".join(filter(None, parts))


def is_shown(poster_url: str) -> bool:
    """Return whether the browser may fetch the poster: from OMDb's own hosts only."""
    return poster_url.startswith(tuple(f"{host}/" for host in settings.POSTER_HOSTS))
