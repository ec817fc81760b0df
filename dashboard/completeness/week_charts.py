"""The charts of a view's weeks: a line with the band of its 95 % interval, and a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.completeness.estimates import Share
from dashboard.completeness.week_series import Week
from dashboard.completeness.words import CHANCE, in_words
from dashboard.front.charts import Chart, Series
from dashboard.periods import View
from movies.formats import NONE, counted, number, rate
from movies.words import dates, when, written

type Pick = Callable[[Week], Share | None]

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One chart: its parts' name in the page, its title, its line's name, and what that is of."""

    key: str
    title: str
    name: str
    pick: Pick
    # What is counted in full has no interval, and no band.
    has_band: bool = True


def _complete(week: Week) -> Share | None:
    return None if week.complete is None else Share(week.complete, week.complete, week.complete)


CHANCES = Line("weeks-chance", f"{CHANCE}, by week", "New to the week", lambda week: week.chance)
LINES = (
    CHANCES,
    Line("weeks-first", "First-time terms, by week", "Share of searches", lambda w: w.first_time),
    Line("weeks-films", "New films, by week", "Share of films returned", lambda w: w.new_films),
    Line("weeks-held", "Share held, by week", "Share of a term's films", lambda w: w.held),
    Line("weeks-complete", "Films complete, by week", "Share of films held", _complete, False),
)


def chart_of(line: Line, weeks: Sequence[Week], view: View, figures_to: datetime) -> Chart | None:
    """Return a chart of the weeks of a view; None while nothing of them is known."""
    shares = [line.pick(week) for week in weeks]
    if not any(shares):
        return None
    so_far = f"so far, to {when(figures_to, view.today)}"
    notes = [so_far if week.is_unfinished else "" for week in weeks]
    names = [dates(week.monday, week.sunday, view.today) for week in weeks]
    # What the legend names; drawn are parts of 100, not counts.
    series = [Series(line.name, "current", "line", ())]
    edges = []
    if line.has_band:
        edges = [_drawn_edge("edge", shares, "low"), _drawn_edge("band", shares, "high")]
        series.append(Series("95\N{NO-BREAK SPACE}% interval", "band", "band", ()))
    return Chart(
        title=line.title,
        summary=_summary(line, shares, names, notes),
        series=tuple(series),
        so_far=so_far if any(notes) else "",
        drawn=_drawn(weeks, view, names, notes)
        | {"words": _said(line, weeks, shares)}
        | {"series": [_drawn_edge("line", shares, "value") | {"colour": "current"}, *edges]},
        table=_table(weeks, shares, names, notes),
        key=line.key,
    )


def _percent(shares: Sequence[Share | None], bound: str) -> tuple[float | None, ...]:
    return tuple(share and round(PERCENT * getattr(share, bound), 3) for share in shares)


def _drawn_edge(kind: str, shares: Sequence[Share | None], bound: str) -> dict[str, Any]:
    return {"name": bound, "kind": kind, "colour": "band", "values": _percent(shares, bound)}


def _summary(
    line: Line, shares: Sequence[Share | None], names: Sequence[str], notes: Sequence[str]
) -> str:
    known = [place for place, share in enumerate(shares) if share]
    words = [
        f"{names[place]} {_words(line, shares[place])}{notes[place] and f', {notes[place]}'}"
        for place in dict.fromkeys((known[0], known[-1]))
    ]
    return f"{line.title}: {'; '.join(words)}."


def _words(line: Line, share: Share | None) -> str:
    if share is None:
        return "not measured"
    return in_words(share) if line.has_band else rate(share.value, 1)


def _said(
    line: Line, weeks: Sequence[Week], shares: Sequence[Share | None]
) -> list[tuple[str, ...]]:
    return [
        (f"{line.name} {_words(line, share)}", counted(week.searches or 0, "search", "searches"))
        for week, share in zip(weeks, shares, strict=True)
    ]


def _drawn(
    weeks: Sequence[Week], view: View, names: Sequence[str], notes: Sequence[str]
) -> dict[str, Any]:
    """Return what charts.js draws, but for the line and its band."""
    return {
        "labels": [written(week.monday, "j M") for week in weeks],
        "ticks": list(range(len(names))),
        "fromEnd": True,
        "unit": "%",
        "names": names,
        "before": [""] * len(names),
        "urls": [_url(week, view) for week in weeks],
        "notes": notes,
        "open": [place for place, note in enumerate(notes) if note],
    }


def _url(week: Week, view: View) -> str:
    """Return the page of one week; empty if it is that already."""
    last = min(week.sunday, view.today or week.sunday)
    if (week.monday, last) == (view.first, view.last):
        return ""
    narrowed = view.query(from_=str(week.monday), to=str(last))
    return reverse("dashboard:completeness") + narrowed


def _table(
    weeks: Sequence[Week],
    shares: Sequence[Share | None],
    names: Sequence[str],
    notes: Sequence[str],
) -> SafeString:
    """Return the weeks, newest first; shares of weeks have no sum."""
    rows = list(zip(weeks, shares, names, notes, strict=True))
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="numeric">{}</td><td class="numeric">{}</td>'
        '<td class="numeric">{}</td><td class="numeric">{}</td><td>{}</td></tr>',
        (
            (name, *_bounds(share), number(week.searches), note)
            for week, share, name, note in reversed(rows)
        ),
    )
    return format_html(
        '<thead><tr><th scope="col">Week</th><th scope="col" class="numeric">Share</th>'
        '<th scope="col" class="numeric">At least</th><th scope="col" class="numeric">At most</th>'
        '<th scope="col" class="numeric">Searches</th>'
        '<th scope="col"><span class="spoken">Remark</span></th></tr></thead><tbody>{}</tbody>',
        body,
    )


def _bounds(share: Share | None) -> tuple[str, ...]:
    return tuple(rate(bound, 1) for bound in share) if share else (NONE, NONE, NONE)
