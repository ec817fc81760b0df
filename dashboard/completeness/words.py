"""What the page and the panel say of a view's completeness."""

from dataclasses import dataclass

from dashboard.completeness.estimates import Share
from dashboard.completeness.reading import Completeness, LastTenth
from movies.formats import NONE, counted, number, rate
from movies.words import dates

CHANCE = "Chance that the next search is new"
_UNIT = "\N{NO-BREAK SPACE}%"


@dataclass(frozen=True, slots=True)
class Fact:
    """One number with its interval, which is empty of what is counted in full."""

    label: str
    value: str
    interval: str
    note: str


def interval(share: Share | None) -> str:
    """Return `17.9–18.9`, without the unit of the number beside it."""  # noqa: RUF002
    if share is None:
        return ""
    low, high = (rate(bound, 1).removesuffix(_UNIT) for bound in (share.low, share.high))
    return f"{low}–{high}"  # noqa: RUF001


def in_words(share: Share | None) -> str:
    """Return `18.4 % (17.9–18.9)`, a dash of nothing."""  # noqa: RUF002
    return f"{rate(share.value, 1)} ({interval(share)})" if share else NONE


def habits(found: Completeness) -> str:
    """Return whether there is a sign that habits change, and so what to trust."""
    last = found.last_tenth
    if found.chance is None or last is None:
        return ""
    seen = (
        f"{in_words(last.share)} of the last tenth of searches were new, "
        f"and about {rate(last.expected, 1)} were to be expected."
    )
    match found.trusted:
        case "observed":
            trust = "Trust what was seen there, not the estimated chance."
            return f"Habits are changing: {seen} {trust}"
        case "estimate":
            trust = "Trust the estimated chance, which knows all searches."
            return f"No sign that habits change: {seen} {trust}"
    return f"No sign that habits change, but there is too little to tell: {seen}"


def facts(found: Completeness) -> list[Fact]:
    """Return the page's figures, in its order."""
    return [
        _fact(CHANCE, found.chance, _of_chance(found)),
        _fact("New in the last tenth", *_last_tenth(found)),
        _fact("First-time terms", found.first_time, "of searches: nobody had searched it before"),
        _fact("New films", *_new_films(found)),
        _fact("Share held", *_held(found)),
        _films(found),
    ]


def _fact(label: str, share: Share | None, note: str) -> Fact:
    return Fact(label, rate(share.value, 1) if share else NONE, interval(share), note)


def _of_chance(found: Completeness) -> str:
    if found.chance:
        return f"for a term not searched {found.view.words}"
    if found.counted_to is None:
        return "being worked out"
    return why_no_terms(found)


def why_no_terms(found: Completeness) -> str:
    """Return why nothing is said of the terms of a period that was worked out."""
    if not found.searches:
        return f"no searches {found.view.words}"
    return found.view.why_no_terms or "being worked out"


def _last_tenth(found: Completeness) -> tuple[Share | None, str]:
    last = found.last_tenth
    if last:
        on = _days_of(last, found)
        return last.share, f"of {counted(last.searches, 'search', 'searches')}, {on}"
    return None, "all searches are of one day" if found.chance else _of_chance(found)


def _days_of(last: LastTenth, found: Completeness) -> str:
    return dates(last.first, last.last, found.view.today)


def _new_films(found: Completeness) -> tuple[Share | None, str]:
    films = found.new_films
    if films is None:
        return None, "OMDb returned no films"
    return films.share, f"of {counted(films.returned, 'film')} that OMDb returned"


def _held(found: Completeness) -> tuple[Share | None, str]:
    held = found.held
    if held is None:
        return None, "not known of any search" if found.chance else _of_chance(found)
    known = rate(held.with_films, held.searches)
    return held.share, f"of what people searched for, where OMDb has films: {known} of searches"


def _films(found: Completeness) -> Fact:
    films = found.films
    if films is None:
        return Fact("Films complete", NONE, "", f"not counted {found.view.words}")
    on = dates(films.day, films.day, found.view.today)
    note = f"{number(films.complete)} of {counted(films.held, 'film')}, {on}"
    return Fact("Films complete", rate(films.complete, films.held), "", note)
