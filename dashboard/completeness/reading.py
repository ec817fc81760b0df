"""What is known of a view's completeness, as the page, the panel, the digest and the command say.

Reads what the roll-up has worked out, and nothing else.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dashboard import trends
from dashboard.completeness import estimates, verdicts
from dashboard.completeness.counting import Counted
from dashboard.completeness.estimates import Share
from dashboard.completeness.kept import Kept, kept_of
from dashboard.completeness.verdicts import Direction
from dashboard.completeness.week_series import Week
from dashboard.days import site_date
from dashboard.models import FilmDay
from dashboard.periods import View
from dashboard.ranks.refreshing import figures
from dashboard.ranks.snapshots import wanted
from dashboard.trends import Trend

type Trusted = Literal["estimate", "observed", ""]

# An interval wider than this, as a part of 1, agrees with almost any estimate.
WIDE = 0.2


@dataclass(frozen=True, slots=True)
class LastTenth:
    """The last days of a period, which hold at least a tenth of its searches.

    `new` of these are the first of their term in the period; `expected` is the share of them
    that there would be if people searched as before.
    """

    first: date
    last: date
    searches: int
    new: int
    share: Share
    expected: float


@dataclass(frozen=True, slots=True)
class NewFilms:
    """Films that OMDb returned to the searches of a period, and those of them that were new."""

    returned: int
    new: int
    share: Share


@dataclass(frozen=True, slots=True)
class Held:
    """The mean part of a searched term's films that is held.

    It is of the searches with films; of those for which OMDb has none there is nothing to hold,
    and of the rest of all `searches` it is not known how many films there are.
    """

    share: Share
    with_films: int
    without_films: int
    searches: int


@dataclass(frozen=True, slots=True)
class Films:
    """Films held and complete on a day."""

    day: date
    held: int
    complete: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """Is the cache getting complete? None is not known, or not worked out yet."""

    view: View
    figures_to: datetime
    # What the terms are of; None while they were never worked out.
    counted_to: datetime | None
    verdict: str
    direction: Direction
    searches: int
    first_time: Share | None
    counted: Counted | None
    chance: Share | None
    last_tenth: LastTenth | None
    # Whether chance and last tenth disagree by more than their intervals.
    is_changing: bool | None
    new_films: NewFilms | None
    held: Held | None
    films: Films | None
    weeks: tuple[Week, ...]
    left_out: int

    @property
    def trusted(self) -> Trusted:
        """Return which of the two tells of the next search; empty if too little is known."""
        if self.chance is None or self.last_tenth is None:
            return ""
        if self.is_changing:
            return "observed"
        seen = self.last_tenth.share
        return "" if seen.high - seen.low > WIDE else "estimate"


def completeness_of(view: View, now: datetime) -> Completeness:
    """Return what is known of a view; what is not yet is asked for, and is there in a moment.

    Its `verdict` is one plain sentence or two, never empty, without mark-up, for a page or a mail:
    which way the share of first-time terms went and whether that is proven, and how traffic
    changed; or that nothing can be said, or compared. It is there at once, also while
    `counted_to` is None. Costs six queries, and a seventh once a minute.
    """
    figures_to = figures() or now
    return told(view, trends.read(view, figures_to), figures_to, kept_of(wanted(view, now)))


def told(view: View, trend: Trend, figures_to: datetime, kept: Kept) -> Completeness:
    """Return what a view's figures tell; asks for the films of its last day."""
    counted, total = kept.counted, trend.total
    chance = chance_of(counted)
    last_tenth = last_tenth_of(counted, min(view.last, site_date(kept.figures_to or figures_to)))
    return Completeness(
        view=view,
        figures_to=figures_to,
        counted_to=kept.figures_to,
        verdict=verdicts.verdict_of(trend, view),
        direction=verdicts.direction_of(trend),
        searches=total.searches,
        first_time=estimates.counted_if_any(total.first_time, total.searches),
        counted=counted,
        chance=chance,
        last_tenth=last_tenth,
        is_changing=is_changing(chance, last_tenth),
        new_films=_new_films(total.films_returned, total.new_films),
        held=_held(counted),
        films=_films(view),
        weeks=kept.weeks,
        left_out=trend.left_out,
    )


def chance_of(counted: Counted | None) -> Share | None:
    if counted is None or not counted.has_all_terms:
        return None
    return estimates.chance_of_new(counted.searches, counted.once, counted.twice)


def last_tenth_of(counted: Counted | None, last: date) -> LastTenth | None:
    if counted is None or not counted.last_from:
        return None
    return LastTenth(
        first=date.fromisoformat(counted.last_from),
        last=last,
        searches=counted.last_searches,
        new=counted.last_new,
        share=estimates.counted(counted.last_new, counted.last_searches),
        expected=counted.last_expected,
    )


def is_changing(chance: Share | None, last_tenth: LastTenth | None) -> bool | None:
    """Return whether the two intervals have no point in common, once both are of the last days.

    The chance is of the period's end, and a little higher on the days before.
    """
    if chance is None or last_tenth is None:
        return None
    earlier = last_tenth.expected - chance.value
    is_above = last_tenth.share.low > chance.high + earlier
    return is_above or last_tenth.share.high < chance.low + earlier


def _new_films(returned: int, new: int) -> NewFilms | None:
    share = estimates.counted_if_any(new, returned)
    return NewFilms(returned, new, share) if share else None


def _held(counted: Counted | None) -> Held | None:
    if counted is None or not counted.has_all_terms:
        return None
    share = estimates.weighted(counted.held, counted.with_films, counted.with_films_squares)
    if share is None:
        return None
    return Held(share, counted.with_films, counted.without_films, counted.searches)


def _films(view: View) -> Films | None:
    days = FilmDay.objects.filter(day__range=(view.first, view.last), held__gt=0)
    found = days.order_by("-day").first()
    return Films(found.day, found.held, found.complete) if found else None
