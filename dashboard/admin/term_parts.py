"""What the page of a term shows beside its record: its figures in a view."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from dashboard.front.controls import Choice
from dashboard.term_pages import term_links, term_story
from movies.models import SearchTerm


def of(request: HttpRequest, term: SearchTerm) -> dict[str, object]:
    """Return what the template reads, in the view that the address asks for."""
    now = timezone.now()
    view = term_story.view_of_term(request.GET, now)
    kept = {"tab": request.GET.get("tab", "")}
    story = term_story.tell(term, view, now, chart=request.GET.get("chart", ""), kept=kept)
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
