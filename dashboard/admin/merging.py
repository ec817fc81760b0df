"""Merging terms from their page: the question, the way back, and each variant in a tab."""

from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from dashboard.curation import merging
from dashboard.models import TermDay
from movies import formats, resembling
from movies.admin.parts import Table, link, person
from movies.admin.records import lead_to
from movies.merging import MERGED, UNDONE, NotMergeable, root_of
from movies.models import SearchTerm
from movies.terms import TermError, normalise

NO_SUGGESTIONS = "What is perhaps the same is not told: this PostgreSQL lacks pg_trgm."


class TermQuestion(BaseDialogForm):
    """A question about one term; its title and its button are one."""

    stay = "Leave it as it is"

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


class MergeQuestion(TermQuestion):
    button = "Merge this term into another"

    @property
    def description(self) -> str:
        return f"Searches for '{self.term}' count as that term's from now on. That can be undone."

    into = forms.CharField(label="The other term", widget=UnfoldAdminTextInputWidget)

    def clean_into(self) -> SearchTerm:
        """Return the root of the term that was typed."""
        try:
            text = normalise(self.cleaned_data["into"])
        except TermError as error:
            raise forms.ValidationError(str(error)) from error
        into = SearchTerm.objects.filter(term=text).select_related("canonical").first()
        if into is None:
            raise forms.ValidationError("Nobody ever searched for that: type a term that is here.")
        return root_of(into)


class UndoQuestion(TermQuestion):
    button = "Undo this merge"

    @property
    def description(self) -> str:
        return f"Searches for '{self.term}' count as its own again."


class Merging(ModelAdmin):
    """Adds to the page of a term what makes it one with another."""

    def has_curate_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return bool(request.user.has_perm("movies.curate_searchterm"))

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        """Leave out the way back of a term that is merged into nothing."""
        found: list[UnfoldAction] = super().get_actions_detail(request, object_id)
        term = cast(SearchTerm | None, self.get_object(request, str(object_id)))
        if term and term.canonical_id:
            return found
        return [one for one in found if one.path != "undo-merge"]

    @action(
        description="Merge into…",
        url_path="merge-into",
        icon="merge",
        permissions=["view", "curate"],
        dialog={"title": "Merge into…", "form_class": MergeQuestion},
    )
    def merge_into(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        term, root = form.term, form.cleaned_data["into"]
        try:
            done = merging.merge(term, root, cast(User, request.user))
        except NotMergeable as why:
            messages.warning(request, str(why))
        else:
            words = format_html("Merged into {}: {}.", link(root), link(term))
            _answer(request, term, words, MERGED, is_done=done)
        return _back_to(request, term)

    @action(
        description="Undo the merge…",
        url_path="undo-merge",
        icon="call_split",
        permissions=["view", "curate"],
        dialog={"title": "Undo the merge…", "form_class": UndoQuestion},
    )
    def undo_merge(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        done = merging.take_out(form.term, cast(User, request.user))
        words = format_html("Stands alone again: {}.", link(form.term))
        _answer(request, form.term, words, UNDONE, is_done=done)
        return _back_to(request, form.term)


def _answer(
    request: HttpRequest, term: SearchTerm, words: str, wanted: str, *, is_done: bool
) -> None:
    """Say what was done, or who had done it before."""
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


def _back_to(request: HttpRequest, term: SearchTerm) -> HttpResponse:
    page = reverse("admin:movies_searchterm_change", args=[term.pk])
    return lead_to(request, f"{page}?tab=variants")


def variants(term: SearchTerm) -> Table:
    """Return a term's family, each with its own searches, and what is perhaps the same."""
    root = root_of(term)
    family = [root, *root.variants.order_by("pk")]
    alike = resembling.like(term)
    own = _own_searches([row.pk for row in (*family, *(one.term for one in alike or ()))])
    states = [(row, "Part of it" if row.canonical_id else "The whole") for row in family]
    if len(family) == 1:
        states = []
    states += [
        (one.term, f"Perhaps the same, {formats.rate(one.similarity, 1)} alike")
        for one in alike or ()
    ]
    return Table(
        columns=("Term", "What it is", "Searches", "First searched"),
        rows=[
            (link(row), state, formats.number(own.get(row.pk, 0)), formats.moment(row.created_at))
            for row, state in states
        ],
        numbers=(2,),
        is_wide=True,
        empty="Nothing is merged with it, and no other term looks like it.",
        more=NO_SUGGESTIONS if alike is None else "",
    )


def _own_searches(pks: list[int]) -> dict[int, int]:
    rows = TermDay.objects.filter(term__in=pks).order_by().values_list("term_id")
    return dict(rows.annotate(sum=Sum(F("searches") + F("left_out_searches"))))
