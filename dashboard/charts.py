"""What a chart shows: numbers to draw, and words and a table for whoever cannot see it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from dashboard.figures import Day, Searches
from dashboard.links import searches_of
from movies.formats import number


@dataclass(frozen=True, slots=True)
class Row:
    """One day as the table shows it."""

    name: str
    value: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One value a day; the last day is today, and not over."""

    title: str
    summary: str
    so_far: str
    # What charts.js draws, ready for JSON.
    drawn: dict[str, object]
    # Newest first.
    rows: list[Row]


def searches_per_day(searches: Searches, now: datetime) -> Chart:
    """Return the chart of a site on which somebody has searched."""
    title = "Searches per day"
    so_far = f"so far, to {clock(now)}"
    rows = [_row(day, "") for day in searches.days[:-1]]
    rows.append(_row(searches.days[-1], so_far))
    return Chart(
        title=title,
        summary=f"{title}, {_summary(searches)}, {so_far}.",
        so_far=so_far,
        drawn={
            "labels": [date_format(day.date, "j M") for day in searches.days],
            "values": [day.searches for day in searches.days],
            "names": [row.name for row in rows],
            "urls": [row.url for row in rows],
            "soFar": so_far,
            "unit": ["search", "searches"],
        },
        rows=rows[::-1],
    )


def _row(day: Day, note: str) -> Row:
    name = date_format(day.date, "D j M")
    if day.searches is None:
        return Row(name, number(None), "before the first search", "")
    return Row(name, number(day.searches), note, searches_of(day.date, day.date))


def _summary(searches: Searches) -> str:
    *complete, today = [day for day in searches.days if day.searches is not None]
    words = f"{period(searches)}: {number(searches.total)} in all"
    if complete:
        most = max(complete, key=lambda day: day.searches or 0)
        words += f"; {number(most.searches)} on the busiest complete day,"
        words += f" {date_format(most.date, 'D j M')}"
    return f"{words}; {number(today.searches)} today"


def clock(now: datetime) -> str:
    """Return the time of day in the site's zone, as `10:35`."""
    return date_format(timezone.localtime(now, timezone.get_default_timezone()), "H:i")


def period(searches: Searches) -> str:
    return dates(searches.days[0].date, searches.days[-1].date)


def dates(first: date, last: date) -> str:
    """Return `1–7 Nov`, `26 Oct–22 Nov` or, over a new year, `26 Dec 2026–22 Jan 2027`."""  # noqa: RUF002
    if first.year != last.year:
        return f"{date_format(first, 'j M Y')}–{date_format(last, 'j M Y')}"  # noqa: RUF001
    start = date_format(first, "j" if first.month == last.month else "j M")
    return f"{start}–{date_format(last, 'j M')}"  # noqa: RUF001 - an en dash is what dates take
