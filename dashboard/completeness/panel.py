"""The first page's short answer: the verdict, the chance, and how it went week by week."""

from dataclasses import dataclass

from django.urls import reverse

from dashboard.completeness.kept import kept_of
from dashboard.completeness.reading import chance_of
from dashboard.completeness.verdicts import verdict_of
from dashboard.completeness.week_charts import CHANCES, chart_of
from dashboard.completeness.words import in_words
from dashboard.front.charts import Chart
from dashboard.front.sharing import Shared


@dataclass(frozen=True, slots=True)
class Panel:
    verdict: str
    chance: str
    # What the chance is of, or why there is none.
    note: str
    # None before the first week is counted.
    chart: Chart | None
    url: str


def panel_of(shared: Shared) -> Panel | None:
    """Return the panel, at no query; None without searches, or without the right."""
    trend, snapshot, view = shared.trend, shared.snapshot, shared.view
    if trend is None or snapshot is None:
        return None
    kept = kept_of(snapshot)
    chance = chance_of(kept.counted)
    note = f"chance that the next search is new to {view.words}"
    if chance is None:
        note = (kept.figures_to and view.why_no_terms) or "being worked out"
    return Panel(
        verdict=verdict_of(trend, view),
        chance=in_words(chance),
        note=note,
        chart=chart_of(CHANCES, kept.weeks, view, kept.figures_to or shared.figures_to),
        url=reverse("dashboard:completeness") + view.query(),
    )
