"""What all that staff decide about a term have in common: whose it is, the question, the answer."""

from functools import cached_property
from typing import cast

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.forms import BaseDialogForm

from movies import formats
from movies.admin.parts import link, person
from movies.admin.records import lead_to
from movies.models import SearchTerm

EVERYTHING = {
    *("search-again", "refill-films", "merge-into", "undo-merge"),
    *("hide", "show", "erase"),
}


class TermQuestion(BaseDialogForm):
    """A question about one term; its title and its button are one."""

    stay = "Leave it as it is"
    button = ""

    @cached_property
    def term(self) -> SearchTerm:
        # An id that is no number is that of no term.
        found = admin.site.get_model_admin(SearchTerm).get_object(self.request, str(self.object_id))
        if found is None:
            raise Http404
        return found

    @property
    def title(self) -> str:
        return f"{self.button}?"


class Curating(ModelAdmin):
    """Adds to the page of a term who may curate it, and leaves out what has nothing to do."""

    def has_curate_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return bool(request.user.has_perm("movies.curate_searchterm"))

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        found: list[UnfoldAction] = super().get_actions_detail(request, object_id)
        term = cast(SearchTerm | None, self.get_object(request, str(object_id)))
        return [one for one in found if term and one.path not in _useless(term)]


def _useless(term: SearchTerm) -> set[str]:
    """Return the actions that have nothing to do for a term, by their paths."""
    if term.erased_at:
        return EVERYTHING
    found = {"hide"} if term.hidden else {"show"}
    return found if term.canonical_id else found | {"undo-merge"}


def answer(
    request: HttpRequest, term: SearchTerm, words: str, wanted: str, *, is_done: bool
) -> None:
    """Say what was done, or who had done it before: `wanted` begins what was written down."""
    this = ContentType.objects.get_for_model(SearchTerm)
    entries = LogEntry.objects.filter(content_type=this, object_id=str(term.pk))
    done = entries.filter(change_message__contains=wanted).select_related("user")
    first = done.order_by("-action_time", "-pk").first()
    if is_done:
        messages.success(request, words)
    elif first:
        who, when = person(first.user), formats.clock(first.action_time)
        messages.info(request, format_html("Already done by {}, {}: {}.", who, when, link(term)))
    else:
        messages.info(request, format_html("Nothing needed to be done: {}.", link(term)))


def back_to(request: HttpRequest, term: SearchTerm, **where: str) -> HttpResponse:
    page = reverse("admin:movies_searchterm_change", args=[term.pk])
    return lead_to(request, f"{page}?{urlencode(where)}" if where else page)
