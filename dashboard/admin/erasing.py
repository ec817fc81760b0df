"""Erasing a term from its page, which cannot be undone: the question wants the term typed."""

from dataclasses import replace
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from dashboard.admin.curating import Curating, TermQuestion, answer, back_to
from dashboard.curation import erasing
from movies import formats
from movies.admin.parts import Record, link
from movies.erasing import ERASED, WRITTEN, NotErasable
from movies.labels import label
from movies.models import SearchTerm
from movies.terms import TermError, normalise


class EraseQuestion(TermQuestion):
    button = "Erase this term"
    typed = forms.CharField(label="Type the term", widget=UnfoldAdminTextInputWidget)

    @property
    def description(self) -> str:
        return (
            f"'{self.term}' is forgotten everywhere, with the films it found. How often it was "
            "searched stays, under (erased). This cannot be undone."
        )

    def clean_typed(self) -> str:
        """Return what was typed; of a term that is erased already anything will do."""
        typed = cast(str, self.cleaned_data["typed"])
        try:
            is_it = bool(self.term.erased_at) or normalise(typed) == self.term.term
        except TermError as error:
            raise forms.ValidationError(str(error)) from error
        if not is_it:
            raise forms.ValidationError("That is another term. Type the one that is erased.")
        return typed


def as_erased(record: Record, term: SearchTerm) -> Record:
    """Return the record of a term; of one that is erased it says that alone."""
    if not term.erased_at:
        return record
    words = format_html("What it said is forgotten since {}.", formats.moment(term.erased_at))
    return replace(record, label=label("rest", WRITTEN), sentence=words, progress=None)


class Erasing(Curating):
    """Adds to the page of a term what forgets it."""

    @action(
        description="Erase…",
        icon="delete_forever",
        permissions=["view", "curate"],
        variant=ActionVariant.DANGER,
        dialog={"title": "Erase…", "form_class": EraseQuestion},
    )
    def erase(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        term = form.term
        try:
            done = erasing.erase(term, cast(User, request.user))
        except NotErasable as why:
            messages.warning(request, str(why))
        else:
            term.refresh_from_db()
            answer(request, term, _words(term), WRITTEN, is_done=done)
        return back_to(request, term)


def _words(term: Any) -> str:
    return format_html("Erased. Its searches are counted under {}.", link(term.canonical, ERASED))
