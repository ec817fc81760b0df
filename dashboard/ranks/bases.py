"""What a period can be compared with: the one place that says so, and why not if it cannot."""

from dataclasses import replace
from datetime import date, datetime

from django.db.models import Min

from dashboard.days import ONE_DAY, site_date
from dashboard.kept import KEEP_DAYS
from dashboard.models import DayTotals
from dashboard.periods import View
from dashboard.rollup.counting import sides
from movies.words import written


def first_search(*, everyone: bool) -> date | None:
    """Return the day of the site's first search, by the totals; None if there is none."""
    totals = DayTotals.objects.filter(left_out__in=sides(everyone), searches__gt=0)
    found: date | None = totals.aggregate(first=Min("day"))["first"]
    return found


def has_base(before: date | None, *, everyone: bool) -> bool:
    """Return whether searches were made from the first day of the compared period, or earlier.

    A site that began in the middle of it searched less only because it was not there.
    """
    return before is not None and not _is_too_early(before, first_search(everyone=everyone))


def _is_too_early(before: date, first: date | None) -> bool:
    return first is None or before < first


def tells_new(first: date, *, everyone: bool) -> bool:
    """Return whether it says anything that a term's first search is in a period from `first` on.

    Where the site itself began in it, every term's is.
    """
    began = first_search(everyone=everyone)
    return began is not None and began < first


def terms_before(before: date | None, known_from: date, *, everyone: bool) -> date | None:
    """Return the first day of the compared period; None if its terms tell nothing about changes.

    `known_from` is as dashboard.kept.known_from returns it.
    """
    if before is None or before < known_from:
        return None
    return before if has_base(before, everyone=everyone) else None


def why_no_base(view: View, first: date | None) -> str:
    """Return why the terms of the compared period tell nothing; empty if they do.

    `first` is the day of the site's first search.
    """
    if view.before and _is_too_early(view.before, first):
        return why_too_early(first)
    if not view.has_terms_before:
        return f"Terms are kept {KEEP_DAYS.days} days; the compared period began earlier."
    return ""


def why_too_early(first: date | None) -> str:
    """Return that there was nothing before the site's first search, if that is known."""
    when = f": the first search was on {written(first, 'j M Y')}." if first else "."
    return f"Nothing to compare with{when}"


def known(view: View) -> View:
    """Return a view as far as its terms are known, compared only with what tells something."""
    base = terms_before(view.before, view.known_from, everyone=view.everyone)
    compare = view.compare if base else "none"
    return replace(view, first=max(view.first, view.known_from), compare=compare)


def whole_to(now: datetime) -> date:
    """Return the last day that is over."""
    return site_date(now) - ONE_DAY
