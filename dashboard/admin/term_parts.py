"""What the page of a term shows beside its record: its figures in a view, and what lacks."""

from dataclasses import replace
from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from dashboard.front import marks
from dashboard.front.controls import Choice
from dashboard.term_pages import term_links, term_story
from dashboard.worklist import fetch_page, lines, reading, words
from dashboard.worklist.reading import Wanted
from movies.admin.parts import Ask, Record
from movies.formats import counted
from movies.models import SearchTerm


def with_lack(record: Record, term: SearchTerm, *, may_fetch: bool) -> Record:
    """Return the record of a term with the button that fetches the rest, and what details lack."""
    for one in reading.as_they_are({term.pk: 0}):
        record = replace(record, extra=record.extra | {"details": _details(one)})
        if record.progress and one.can_be_fetched and may_fetch:
            url = lines.fetch_url(term.pk, **{"from": fetch_page.ON_TERM})
            ask = Ask(words.fetch_the_rest(one), url, is_page=True)
            record = replace(record, progress=replace(record.progress, ask=ask))
    return record


def _details(one: Wanted) -> str:
    if not one.bare:
        return ""
    lack = "lacks" if one.bare == 1 else "lack"
    cost = "" if settings.OMDB_DEMO else " Details cost one call a film."
    return f"{counted(one.bare, 'film')} held {lack} details.{cost}"


def of(request: HttpRequest, term: SearchTerm) -> dict[str, object]:
    """Return what the template reads, in the view that the address asks for."""
    now = timezone.now()
    view = term_story.view_of_term(request.GET, now)
    kept = {"tab": request.GET.get("tab", "")}
    story = term_story.tell(
        term,
        view,
        now,
        chart=request.GET.get("chart", ""),
        kept=kept,
        marks=marks.read(view, cast(User, request.user), term.pk),
    )
    chart = {"chart": story.shown}
    return {
        "story": story,
        "controls": term_links.controls(view, story.figures_to, story.left_out, kept | chart),
        "switch": [
            Choice(words, view.query(chart=key, **kept), key == story.shown)
            for key, (words, _) in term_story.CHARTS.items()
        ],
        # What the tabs keep of the address, in front of their own part.
        "kept": f"{view.query(**chart)}&".replace("?&", "?"),
        "csv": reverse("dashboard:term_csv", args=[term.pk]) + view.query(),
        "back": (term_links.terms_url(view), "Terms"),
    }
