"""What the page of a term says of it in a view: the same numbers as the term tables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.days import site_date
from dashboard.front.charts import Chart
from dashboard.front.mark_sources import Mark
from dashboard.models import Board, Snapshot
from dashboard.periods import View, view_of
from dashboard.ranks import families, term_facts
from dashboard.ranks.boards import Entry
from dashboard.ranks.refreshing import figures
from dashboard.ranks.snapshots import wanted
from dashboard.term_pages import term_charts, term_trends
from dashboard.term_pages.term_changes import STATES, change_label, state_label
from dashboard.trends import Trend
from movies import formats
from movies.admin.parts import link
from movies.models import SearchTerm
from movies.words import dates

# Charts by their part of the address.
CHARTS = {"": ("Volume", term_charts.volume), "outcomes": ("Outcomes", term_charts.outcomes)}


@dataclass(frozen=True, slots=True)
class Story:
    """A term in a view; without any figures yet there is no trend and no chart."""

    view: View
    figures_to: datetime | None
    state: SafeString
    sentence: SafeString
    chart: Chart | None
    shown: str
    left_out: int

    @property
    def nothing(self) -> str:
        """Return why there is no chart."""
        if self.figures_to is None:
            return "No figures yet: nothing was counted so far."
        if self.view.why_no_terms:
            return self.view.why_no_terms
        return f"No searches {self.view.words}."


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tables of a view have a term: its rank in Top, and its change."""

    rank: int | None = None
    entry: Entry | None = None


def view_of_term(address: Mapping[str, str], now: datetime) -> View:
    """Return the view that an address asks for, in buckets that a term is counted in."""
    return term_trends.by_day(view_of(address, site_date(now)))


def tell(
    term: SearchTerm,
    view: View,
    now: datetime,
    *,
    chart: str,
    kept: Mapping[str, str],
    marks: Sequence[Mark] = (),
) -> Story:
    """Return what is said of a term in a view; a chart that is none of CHARTS is the first.

    `kept` is what addresses keep beside the view.
    """
    shown = chart if chart in CHARTS else ""
    # Of terms that are not kept for all of the period there is no place to tell.
    place = places_of(wanted(view, now), [term.pk])[term.pk] if view.has_terms else Place()
    figures_to = figures()
    trend = term_trends.read(view, term.pk, figures_to) if figures_to else None
    drawn = None
    if trend and figures_to and (trend.total.searches or (trend.base and trend.base.searches)):
        drawn = CHARTS[shown][1](trend, view, figures_to, {"chart": shown, **kept}, marks)
    return Story(
        view=view,
        figures_to=figures_to,
        state=state_label(_state(view, place, trend)),
        sentence=_sentence(term, view, place, trend),
        chart=drawn,
        shown=shown,
        left_out=trend.left_out if trend else 0,
    )


def places_of(snapshot: Snapshot, term_ids: Collection[int]) -> dict[int, Place]:
    """Return each term's place in the tables; an empty one beyond their rows, or without any."""
    boards = Board.objects.filter(snapshot=snapshot, table__in=("top", "rising", "falling"))
    places = dict.fromkeys(term_ids, Place())
    for table, rows in boards.values_list("table", "rows"):
        for rank, row in enumerate(rows, start=1):
            if (pk := row[0]) in places:
                top = rank if table == "top" else places[pk].rank
                places[pk] = Place(top, Entry(*row))
    return places


def _state(view: View, place: Place, trend: Trend | None) -> str:
    """Return the term's state; of one in no table only what needs no proof."""
    if place.entry:
        return place.entry.state
    if trend and trend.total.first_time and trend.first_day and trend.first_day < view.first:
        return "new"
    if trend and trend.base and trend.base.searches and not trend.total.searches:
        return "gone"
    return ""


def _searches(view: View, trend: Trend) -> str:
    searches = formats.counted(trend.total.searches, "search", "searches")
    if view.last < view.known_from:
        return f"{view.why_no_terms.removesuffix('.')}, and not all of {view.words} are left"
    if not view.has_terms:
        since = dates(view.known_from, view.known_from, view.today)
        return f"{searches} since {since}; {view.why_no_terms.lower().removesuffix('.')}"
    return searches if trend.total.searches else f"No searches {view.words}"


def _sentence(term: SearchTerm, view: View, place: Place, trend: Trend | None) -> SafeString:
    parts: list[object] = [_searches(view, trend)] if trend else []
    if place.rank:
        parts.append(f"rank {formats.number(place.rank)}")
    first = families.first_searched([term.pk]).get(term.pk, term.created_at)
    parts.append(format_html("first {}", formats.day(first)))
    facts = term_facts.details([term.pk], everyone=view.everyone)[term.pk]
    if facts.last_searched:
        parts.append(format_html("last {}", formats.ago(facts.last_searched)))
    elif facts.last_day:
        parts.append(f"last {dates(facts.last_day, facts.last_day, view.today)}")
    if term.canonical:
        parts.append(format_html("merged into {}", link(term.canonical)))
    sentence = format_html_join(", ", "{}", ((part,) for part in parts))
    if place.entry and place.entry.state in STATES and place.entry.ratio is not None:
        change = change_label(place.entry)
        over = ", on days that are over" if view.last == view.today else ""
        return format_html("{}; share {} against {}{}", sentence, change, view.before_words, over)
    return sentence
