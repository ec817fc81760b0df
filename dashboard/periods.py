"""The view that a page's address asks for: which period, against which, how fine, of whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, cast

from django.utils.http import urlencode

from dashboard.kept import KEEP_DAYS, known_from
from movies.words import dates

type Compare = Literal["previous", "weekdays", "year", "none"]
type Grain = Literal["hour", "day", "week", "month"]

PRESETS = {"today": 1, "7": 7, "28": 28, "90": 90, "365": 365}
DEFAULT = "28"
WEEK = 7
LONGEST = 3660
# The finest buckets that still make a chart: each with the longest period it is offered for.
GRAINS: dict[Grain, int] = {"hour": 7, "day": 400, "week": LONGEST, "month": LONGEST}
COMPARES: tuple[Compare, ...] = ("weekdays", "previous", "year", "none")


@dataclass(frozen=True, slots=True)
class View:
    """A period of whole site days, and how it is looked at.

    `preset` is one of PRESETS, "month" or "custom"; `problem` says what of the address was not
    understood, and is empty when all of it was.
    """

    preset: str
    first: date
    last: date
    compare: Compare
    grain: Grain
    everyone: bool = False
    problem: str = ""
    # The site day on which it was asked for: dates of its year are written without a year.
    today: date | None = None
    # From then on terms and hours are known of all days of both periods.
    known_from: date = date.min

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> date | None:
        """Return the first day of the compared period, which is as long; None for none."""
        match self.compare:
            case "none":
                return None
            case "year":
                return _a_year_before(self.first)
            case "weekdays":
                # The least number of whole weeks that is no shorter than the period.
                return self.first - timedelta(weeks=-(-self.days // WEEK))
        return self.first - timedelta(days=self.days)

    @property
    def before_last(self) -> date | None:
        return self.before + timedelta(days=self.days - 1) if self.before else None

    @property
    def shift(self) -> timedelta:
        """Return how far the compared period lies back."""
        return self.first - (self.before or self.first)

    @property
    def default_compare(self) -> Compare:
        return "weekdays" if self.days >= WEEK else "previous"

    @property
    def has_terms(self) -> bool:
        """Return whether the terms of all its days are still known."""
        return self.first >= self.known_from

    @property
    def has_terms_before(self) -> bool:
        """Return whether there is a compared period, and its terms are all known."""
        return self.before is not None and self.before >= self.known_from

    @property
    def why_no_terms(self) -> str:
        """Return why it is not known what was searched for on some days; empty if it is."""
        return "" if self.has_terms else f"Terms are kept {KEEP_DAYS.days} days."

    @property
    def why_not_all_terms(self) -> str:
        """Return that the terms of its first days are not known any more; empty if they are."""
        if self.has_terms:
            return ""
        lost = f"not all of {self.words} are left"
        if self.known_from <= self.last:
            known = dates(self.known_from, self.known_from, self.today)
            lost = f"none are shown from before {known}"
        return f"{self.why_no_terms.removesuffix('.')}; {lost}."

    def has_hours(self, day: date) -> bool:
        """Return whether the hours of a site day are still known."""
        return day >= self.known_from

    @property
    def default_grain(self) -> Grain:
        if self.days <= 2 and self.has_hours(self.first):
            return "hour"
        if self.days <= 92:
            return "day"
        return "week" if self.days <= 400 else "month"

    @property
    def grains(self) -> list[Grain]:
        """Return the buckets that the period can be cut into."""
        return [
            grain
            for grain, longest in GRAINS.items()
            if self.days <= longest and (grain != "hour" or self.has_hours(self.first))
        ]

    @property
    def words(self) -> str:
        return dates(self.first, self.last, self.today)

    @property
    def before_words(self) -> str:
        if self.before is None or self.before_last is None:
            return ""
        return dates(self.before, self.before_last, self.today)

    def parameters(self, *, absolute: bool = False) -> dict[str, str]:
        """Return the shortest address of the view; `absolute` names its dates, for a colleague."""
        found: dict[str, str] = {}
        if absolute or self.preset == "custom":
            found |= {"from": self.first.isoformat(), "to": self.last.isoformat()}
        elif self.preset != DEFAULT:
            found["period"] = self.preset
        if self.compare != self.default_compare:
            found["compare"] = self.compare
        if self.grain != self.default_grain:
            found["by"] = self.grain
        if self.everyone:
            found["everyone"] = "1"
        return found

    def query(self, **changes: str) -> str:
        """Return the address of the view, `?period=7&…`, with parameters changed or removed.

        Another period is seen in the buckets that suit it.
        """
        found = self.parameters()
        if changes.keys() & {"period", "from_", "to"}:
            found = {name: found[name] for name in ("compare", "everyone") if name in found}
        changed = {name.rstrip("_"): value for name, value in changes.items()}
        return f"?{urlencode({name: value for name, value in (found | changed).items() if value})}"


def view_of(address: Mapping[str, str], today: date) -> View:
    """Return the view that an address asks for on a site day; what is none is the default."""
    preset, first, last, problem = _period(address, today)
    everyone = address.get("everyone") == "1"
    view = View(preset, first, last, "none", "day", everyone=everyone, today=today)
    compare = cast(Compare, address.get("compare", "") or view.default_compare)
    if compare not in COMPARES:
        problem, compare = (
            problem or f"There is no comparison {compare!r:.30}.",
            view.default_compare,
        )
    view = replace(view, compare=compare)
    view = replace(view, known_from=known_from(view.first, view.last, view.before, today))
    grain = cast(Grain, address.get("by", "") or view.default_grain)
    if grain not in view.grains:
        problem = problem or _why_not_by(grain, view)
        grain = view.default_grain
    return replace(view, grain=grain, problem=problem)


def _period(address: Mapping[str, str], today: date) -> tuple[str, date, date, str]:
    asked = address.get("period", "") or ("custom" if "from" in address else DEFAULT)
    if asked in PRESETS:
        return asked, today - timedelta(days=PRESETS[asked] - 1), today, ""
    if asked == "month":
        return asked, today.replace(day=1), today, ""
    first, last = _date(address.get("from", "")), _date(address.get("to", ""))
    if asked != "custom":
        problem = f"There is no period {asked!r:.30}."
    elif first is None or last is None:
        problem = "A period needs two dates like 2026-11-01."
    elif first > last:
        problem = "That period ends before it begins."
    elif first > today:
        problem = "That period has not begun yet."
    elif (last - first).days >= LONGEST:
        problem = f"A period has at most {LONGEST:,} days."
    else:
        return "custom", first, min(last, today), ""
    return DEFAULT, today - timedelta(days=PRESETS[DEFAULT] - 1), today, problem


def _why_not_by(grain: str, view: View) -> str:
    if grain == "hour" and view.days <= GRAINS["hour"]:
        return f"Hours are kept {KEEP_DAYS.days} days."
    return f"{view.days:,} days are not shown by {grain!r:.30}."


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # Comparing goes back by as much again, and calendars begin with the year 1.
    return found if found.year >= 1970 else None


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
