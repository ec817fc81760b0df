"""The one form that a visitor fills in."""

from django import forms

from movies.terms import TermError, normalise


class SearchForm(forms.Form):
    """A film title, kept as it was typed: the search normalises it itself."""

    # Field, not CharField: what a term is, and the words for what is none, stand in one place.
    term = forms.Field(label="Film title", required=False)

    def clean_term(self) -> str:
        text = str(self.cleaned_data["term"] or "")
        try:
            normalise(text)
        except TermError as error:
            raise forms.ValidationError(str(error)) from error
        return text
