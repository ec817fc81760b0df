"""Merging terms from their page: the question, the way back, and each variant in a tab."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from dashboard.admin.curating import Curating, TermQuestion, answer, back_to
from dashboard.curation import merging
from dashboard.models import TermDay
from movies import formats, resembling
from movies.admin.parts import Table, link
from movies.formats import counted
from movies.merging import MERGED, UNDONE, NotMergeable, root_of, with_it
from movies.models import SearchTerm
from movies.terms import TermError, normalise

NO_SUGGESTIONS = "What is perhaps the same is not told: this PostgreSQL lacks pg_trgm."


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
        others = len(with_it(self.term))
        more = counted(others, "term that was", "terms that were")
        along = f", with those of {more} merged into it before" if others else ""
        return f"Searches for '{self.term}' count as its own again{along}."


class Merging(Curating):
    """Adds to the page of a term what makes it one with another."""

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
            answer(request, term, words, MERGED, is_done=done)
        return back_to(request, term, tab="variants")

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
        answer(request, form.term, words, UNDONE, is_done=done)
        return back_to(request, form.term, tab="variants")


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
