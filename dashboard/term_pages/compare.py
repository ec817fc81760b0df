"""Compare two to five terms in one chart."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from dashboard.front import charts
from dashboard.front.charts import LINES
from dashboard.periods import View
from dashboard.ranks.refreshing import figures
from dashboard.ranks.snapshots import wanted
from dashboard.term_pages import term_story, term_trends
from dashboard.term_pages.term_answers import quoted
from dashboard.term_pages.term_changes import UNKNOWN, change_label
from dashboard.term_pages.term_links import controls, term_url, terms_url
from dashboard.trends import Trend
from movies.formats import counted, number, rate
from movies.models import SearchTerm

LEAST = 2
MOST = len(LINES)
# Of a name in the legend.
LONGEST = 40


class NotComparable(Exception):
    """What was chosen makes no comparison; says why, for the reader."""


@dataclass(frozen=True, slots=True)
class Line:
    """One term beneath the chart, in the colour of its line."""

    term: str
    colour: str
    url: str
    searches: str
    change: SafeString
    nothing_found: str


@require_safe
@permission_required("movies.view_searchterm", raise_exception=True)
def compare(request: HttpRequest) -> HttpResponse:
    view = term_story.view_of_term(request.GET, timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": "Compare terms",
        "back": terms_url(view),
    }
    try:
        context |= _compared(chosen(request.GET.getlist("term")), view)
    except NotComparable as why:
        context["why_not"] = why
    return TemplateResponse(request, "dashboard/terms/compare.html", context)


def _compared(terms: list[SearchTerm], view: View) -> dict[str, object]:
    figures_to, kept = figures(), {"term": keys_of(terms)}
    if figures_to is None:
        raise NotComparable("No figures yet: nothing was counted so far.")
    trends = trends_of(terms, view, figures_to)
    buckets = {
        name: trends[term.pk].buckets for name, term in zip(_names(terms), terms, strict=True)
    }
    left_out = sum(trend.left_out for trend in trends.values())
    return {
        "answer": _answer(terms, trends, view),
        "controls": controls(view, figures_to, left_out, kept),
        "chart": charts.lines(buckets, view, figures_to, kept),
        "lines": _lines(terms, trends, view),
        "csv": reverse("dashboard:compare_csv") + view.query(**kept),
        "json": reverse("dashboard:compare_json") + view.query(**kept),
    }


def trends_of(terms: list[SearchTerm], view: View, figures_to: datetime) -> dict[int, Trend]:
    """Return the figures of each term; raise NotComparable."""
    if view.why_no_terms:
        raise NotComparable(view.why_no_terms)
    return term_trends.read_several(view, [term.pk for term in terms], figures_to)


def chosen(asked: Iterable[str]) -> list[SearchTerm]:
    """Return the terms with these keys, in their order; raise NotComparable.

    Keys come one by one, as a form sends them, or with commas between them.
    """
    keys = list(dict.fromkeys(key for text in asked for key in text.split(",") if key))
    if not all(re.fullmatch("[0-9]{1,18}", key) for key in keys):
        raise NotComparable("That address names no terms.")
    pks = list(dict.fromkeys(map(int, keys)))
    if len(pks) < LEAST:
        raise NotComparable("A comparison takes two terms or more.")
    if len(pks) > MOST:
        raise NotComparable(f"{number(len(pks))} terms do not fit into one chart: five do.")
    found = SearchTerm.objects.in_bulk(pks)
    if gone := [pk for pk in pks if pk not in found]:
        raise NotComparable(
            f"{counted(len(gone), 'of these terms is', 'of these terms are')} gone."
        )
    return [found[pk] for pk in pks]


def keys_of(terms: Iterable[SearchTerm]) -> str:
    return ",".join(str(term.pk) for term in terms)


def _names(terms: Iterable[SearchTerm]) -> list[str]:
    """Return what a legend has room for; very long terms that begin alike are numbered."""
    names: list[str] = []
    for term in terms:
        name = Truncator(term.term).chars(LONGEST)
        names.append(f"{name} ({len(names) + 1})" if name in names else name)
    return names


def _answer(terms: list[SearchTerm], trends: dict[int, Trend], view: View) -> SafeString:
    by_count = sorted(terms, key=lambda term: trends[term.pk].total.searches, reverse=True)
    most, least = by_count[0], by_count[-1]
    if trends[most.pk].total.searches == trends[least.pk].total.searches:
        times = counted(trends[most.pk].total.searches, "time")
        return format_html("Each was searched {}.", times)
    return format_html(
        "{} was searched most, {}; {} least, {}.",
        quoted(most.term, term_url(most.pk, view)),
        counted(trends[most.pk].total.searches, "time"),
        quoted(least.term, term_url(least.pk, view)),
        counted(trends[least.pk].total.searches, "time"),
    )


def _lines(terms: list[SearchTerm], trends: dict[int, Trend], view: View) -> list[Line]:
    snapshot = wanted(view, timezone.now())
    places = term_story.places_of(snapshot, [term.pk for term in terms])
    found = []
    for term, colour in zip(terms, LINES, strict=False):
        total, entry = trends[term.pk].total, places[term.pk].entry
        found.append(
            Line(
                term=term.term,
                colour=colour,
                url=term_url(term.pk, view),
                searches=number(total.searches),
                change=change_label(entry) if entry else UNKNOWN,
                nothing_found=rate(total.nothing_found, total.answered),
            )
        )
    return found
