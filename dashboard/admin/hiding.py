"""Hiding a term as spam from its page, which acts at once, and showing it again."""

from datetime import UTC, datetime, time
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action

from dashboard.admin.curating import Curating, answer, back_to
from dashboard.curation import hiding
from dashboard.models import RollUp
from dashboard.rollup.covered import OtherTimeZone, first_covered
from movies import formats
from movies.admin.parts import link
from movies.hiding import HIDDEN, SHOWN
from movies.labels import label
from movies.models import SearchTerm

# The page has the form: a link alone changes nothing.
AT_ONCE = {"x-on:click.prevent": "document.getElementById('hiding').submit()"}
UNDO = '{}: {}. <button type="submit" class="link" form="hiding">Undo</button>'


def note(term: SearchTerm) -> SafeString:
    """Return what is said of a hidden term; nothing of any other."""
    if not term.hidden:
        return SafeString("")
    raw_from = RollUp.objects.values_list("raw_from", flat=True).first()
    frozen = ""
    if raw_from:
        first = formats.day(datetime.combine(first_covered(raw_from), time(12), tzinfo=UTC))
        frozen = format_html(
            " Days before {} stay as they were counted, but for files imported less than 90 days"
            " before it was hidden.",
            first,
        )
    return format_html(
        "{} Its searches are left out, also those to come.{}", label("rest", HIDDEN), frozen
    )


def url(term: SearchTerm) -> str:
    """Return the address that hides a term, or shows a hidden one again."""
    return reverse(f"admin:movies_searchterm_{'show' if term.hidden else 'hide'}", args=[term.pk])


class Hiding(Curating):
    """Adds to the page of a term what leaves its searches out."""

    @action(
        description="Hide as spam",
        icon="visibility_off",
        permissions=["view", "curate"],
        attrs=AT_ONCE,
    )
    def hide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._move(request, object_id, is_hidden=True)

    @action(
        description="Count it again",
        icon="visibility",
        permissions=["view", "curate"],
        attrs=AT_ONCE,
    )
    def show(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._move(request, object_id, is_hidden=False)

    def _move(self, request: HttpRequest, object_id: str, *, is_hidden: bool) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        term = cast(SearchTerm | None, self.get_object(request, object_id))
        if term is None:
            raise Http404
        do = hiding.hide if is_hidden else hiding.show
        word = HIDDEN if is_hidden else SHOWN
        try:
            done = do(term, cast(User, request.user))
        except OtherTimeZone as error:
            messages.error(request, f"Nothing was changed. {error}")
            return back_to(request, term)
        answer(request, term, format_html(UNDO, word, link(term)), word, is_done=done)
        return back_to(request, term)
