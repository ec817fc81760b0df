"""Fetch the rest of some terms: the question, which says what it costs, and the doing."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from dashboard.worklist import fetching, words
from dashboard.worklist.fetching import MOST, Plan
from dashboard.worklist.page import FETCHES, SEES
from dashboard.worklist.reading import Wanted
from movies.admin.parts import link, person
from movies.formats import clock, counted, number
from movies.models import Search

# Of several, so many are linked or named.
NAMED = 5
ON_TERM = "term"


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required((SEES, FETCHES), raise_exception=True)
def fetch(request: HttpRequest) -> HttpResponse:
    """Ask before calls are spent; by POST, fetch what fits."""
    answer = request.POST if request.method == "POST" else request.GET
    keys = answer.getlist("term")
    if not keys or len(keys) > MOST or not all(re.fullmatch("[0-9]{1,18}", key) for key in keys):
        messages.error(request, "Nothing was fetched: tick the terms again.")
        return redirect("dashboard:worklist")
    back = reverse("dashboard:worklist")
    if answer.get("from") == ON_TERM:
        back = reverse("admin:movies_searchterm_change", args=keys[:1])
    term_ids = [int(key) for key in keys]
    if request.method == "POST":
        plan, done = fetching.fetch(term_ids, cast(User, request.user))
        _say_done(request, plan.fits, done)
    elif (plan := fetching.plan(term_ids)).fits:
        context = admin.site.each_context(request) | _question(plan) | {"back": back}
        context["from"] = answer.get("from", "")
        return TemplateResponse(request, "dashboard/worklist/fetch.html", context)
    _say_left_out(request, plan)
    return redirect(back)


def _question(plan: Plan) -> dict[str, Any]:
    return {
        "title": f"{_what(plan.fits)}?",
        "button": _what(plan.fits),
        "terms": plan.fits,
        "held": [(one.term, words.held(one)) for one in plan.fits],
        "cost": _cost(plan),
        "left_out": _too_dear(plan),
    }


def _what(terms: Sequence[Wanted]) -> str:
    if len(terms) == 1:
        return f"Fetch the rest of “{terms[0].term}”"
    return f"Fetch the rest of {counted(len(terms), 'term')}"


def _cost(plan: Plan) -> str:
    if settings.OMDB_DEMO:
        return "The demo catalogue answers: no OMDb calls are spent."
    least = "At least" if plan.is_at_least else "About"
    begins = "each fetch begins" if len(plan.fits) > 1 else "it begins"
    more = f", {number(plan.promised)} promised to what staff fetch now" if plan.promised else ""
    more += f", {number(plan.taken)} for re-fills that run" if plan.taken else ""
    return (
        f"{least} {counted(plan.calls, 'OMDb call')}, for {begins} with the first page. "
        f"{number(plan.budget.left)} of {number(plan.budget.limit)} are left, "
        f"{number(plan.budget.reserved)} reserved for visitors{more}."
    )


def _too_dear(plan: Plan) -> str:
    if not plan.too_dear:
        return ""
    do = "does" if len(plan.too_dear) == 1 else "do"
    names = ", ".join(one.term for one in plan.too_dear[:NAMED])
    more = ", …" if len(plan.too_dear) > NAMED else ""
    what = counted(len(plan.too_dear), "term")
    return f"{what} {do} not fit into the calls of today: {names}{more}."


def _say_done(
    request: HttpRequest, terms: Sequence[Wanted], done: Sequence[tuple[Search, bool]]
) -> None:
    if new := [search for search, is_new in done if is_new]:
        what = f"“{terms[0].term}”" if len(terms) == 1 else counted(len(new), "term")
        messages.success(request, format_html("Fetching the rest of {}: {}.", what, _links(new)))
    _say_before(request, [search for search, is_new in done if not is_new])


def _say_left_out(request: HttpRequest, plan: Plan) -> None:
    before = fetching.done_before(plan.others)
    _say_before(request, before)
    if plan.too_dear:
        messages.warning(request, format_html("{} {}", _too_dear(plan), _when(plan)))
    elif not plan.fits and not before:
        messages.info(request, "Nothing was fetched: nothing more of it is to be had.")


def _when(plan: Plan) -> SafeString:
    """Return when there are calls for what does not fit."""
    if plan.taken:
        said = "Re-fills that run take {} of them: pause one, or wait until it is done."
        return format_html(said, number(plan.taken))
    return format_html("There are calls again at about {}.", clock(plan.budget.refills_open_at))


def _say_before(request: HttpRequest, searches: Sequence[Search]) -> None:
    for search in searches[:NAMED]:
        who = person(search.requested_by) if search.requested_by else search.get_origin_display()
        when = clock(search.created_at)
        messages.info(request, format_html("Already done by {}, {}: {}.", who, when, link(search)))


def _links(searches: Sequence[Search]) -> SafeString:
    linked = format_html_join(", ", "{}", ((link(search),) for search in searches[:NAMED]))
    return format_html("{}, …", linked) if len(searches) > NAMED else linked
