"""The rows of the worklist in words, its first line, and why it is empty."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from dashboard.periods import View
from dashboard.term_pages.term_links import term_url
from dashboard.worklist import words
from dashboard.worklist.asking import Asked
from dashboard.worklist.reading import Listed, Wanted
from movies.calls import Budget
from movies.formats import counted, number
from movies.labels import label

COMING = "Being worked out; this page shows it in a moment."


@dataclass(frozen=True, slots=True)
class May:
    """What the reader may do about it."""

    fetch: bool
    fill: bool


@dataclass(frozen=True, slots=True)
class Line:
    term_id: int
    term: str
    url: str
    searches: str
    unit: str
    held: str
    # Of the films that OMDb lists, in per cent; None where it never said how many.
    width: int | None
    bare: str
    state: SafeString
    # The button, with its address; none where the reader may not, or there is nothing to do.
    do: str = ""
    do_url: str = ""
    can_tick: bool = False


def lines(found: Iterable[Wanted], asked: Asked, may: May, budget: Budget) -> list[Line]:
    return [_line(one, asked, may, budget) for one in found]


def _line(one: Wanted, asked: Asked, may: May, budget: Budget) -> Line:
    fits = settings.OMDB_DEMO or one.calls <= budget.left_for_refills
    can_fetch = may.fetch and one.can_be_fetched and fits
    do, do_url = "", ""
    if can_fetch and asked.kind != "details":
        do, do_url = words.fetch_the_rest(one), fetch_url(one.term_id)
    elif may.fill and one.to_fill:
        do = f"Re-fill {counted(one.to_fill, 'film')}"
        do_url = reverse("admin:movies_searchterm_refill_films", args=[one.term_id])
    return Line(
        term_id=one.term_id,
        term=one.term,
        url=term_url(one.term_id, asked.view),
        searches=number(one.searches),
        unit="search" if one.searches == 1 else "searches",
        held=words.held(one),
        width=min(100, 100 * one.held // one.total) if one.total else None,
        bare=number(one.bare),
        state=_state(one, fits=fits),
        do=do,
        do_url=do_url,
        can_tick=can_fetch,
    )


def fetch_url(term_id: int, **more: str) -> str:
    return f"{reverse('dashboard:fetch_rest')}?{urlencode({'term': str(term_id), **more})}"


def _state(one: Wanted, *, fits: bool) -> SafeString:
    if one.is_being_fetched:
        return label("moving", "Being fetched")
    if one.missing != 0:
        word = "Not answered yet" if one.missing is None else "Films missing"
        return label("rest", word, "" if fits else "more calls than are left today")
    if one.to_fill:
        return label("rest", "Lacks details")
    return label("moving", "Being re-filled") if one.bare else label("good", "Done")


def answer(listed: Listed, view: View) -> str:
    """Return the page in one sentence."""
    if listed.figures_to is None:
        return COMING
    films, details = len(listed.chosen("films")), len(listed.chosen("details"))
    if not listed.lacks:
        return "Nothing is worth fetching now."
    parts = [
        f"{counted(count, 'term')} {'lacks' if count == 1 else 'lack'} {what}"
        for count, what in ((films, "films"), (details, "details"))
        if count
    ]
    return f"Of what was searched most {view.words}, {' and '.join(parts)}."


def empty(listed: Listed, asked: Asked) -> str:
    """Return why no row is there; nothing while the list is being worked out."""
    if listed.figures_to is None:
        return ""
    if listed.lacks:
        return "Nothing matches."
    if not listed.searches:
        return f"No searches {asked.view.words}. What people look for and is not here comes here."
    return (
        f"Of what was searched {asked.view.words} every film is held, with its details. Terms come "
        "here when a fetch breaks off, or brings films without details."
    )


def budget_in_words(budget: Budget) -> str:
    return (
        f"{number(budget.left)} of {counted(budget.limit, 'OMDb call')} are left today, "
        f"{number(budget.reserved)} reserved for visitors."
    )
