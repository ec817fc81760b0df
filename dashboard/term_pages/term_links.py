"""Where the term tables, the comparison and the pages of terms are, each with its view."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from dashboard.front.controls import GRAIN_WORDS, Choice, Controls, controls_of
from dashboard.periods import View
from dashboard.ranks.boards import TITLES
from dashboard.term_pages.term_asking import FIRST

ALL = "all"


def terms_url(view: View | None = None, **asked: str) -> str:
    """Return the address of a term table; without a view that of the bare page."""
    return reverse("dashboard:terms") + (view.query(**asked) if view else "")


def term_url(pk: int, view: View) -> str:
    return reverse("admin:movies_searchterm_change", args=[pk]) + view.query()


def tabs(
    current: str, view: View | None = None, kept: Mapping[str, str] | None = None
) -> list[Choice]:
    """Return the tabs of the tables and the plain list of all terms; `kept` stays in addresses."""
    found = []
    for table, words in TITLES.items():
        asked = {"tab": "" if table == FIRST else table}
        url = terms_url(view, **asked, **(kept or {})) if view else _bare(asked["tab"])
        found.append(Choice(words, url, table == current))
    everything = reverse("admin:movies_searchterm_changelist")
    return [*found, Choice("All terms", everything, current == ALL)]


def _bare(table: str) -> str:
    return terms_url() + (f"?tab={table}" if table else "")


def controls(
    view: View, figures_to: datetime | None, left_out: int, kept: Mapping[str, str]
) -> Controls | None:
    """Return the controls of a page on which terms are drawn; None while there are no figures.

    A term is counted by the day: it is not offered by the hour.
    """
    if figures_to is None:
        return None
    extra = {name: value for name, value in kept.items() if value}
    found = controls_of(view, figures_to=figures_to, left_out=left_out, extra=extra)
    return replace(found, grains=[one for one in found.grains if one.words != GRAIN_WORDS["hour"]])
