from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from dashboard.files.export_figures import terms
from dashboard.front.cards import figures_of
from dashboard.front.distinct import Distinct, distinct_terms
from dashboard.models import DayTotals, Snapshot
from dashboard.periods import view_of
from dashboard.tests.reading import NOW, TODAY, days_ago, fold, shared

pytestmark = pytest.mark.django_db
SNAPSHOT = Snapshot(figures_to=NOW, terms=30, whole_terms=27, whole_terms_before=1)


def test_a_period_that_began_before_the_first_search_is_no_base_in_the_card_and_in_the_file():
    """The site is 30 days old: of the 28 days before only two are known."""
    days_ago(*range(30))
    found = shared(User.objects.create_superuser("boss"))
    found = replace(found, snapshot=SNAPSHOT)

    card = next(one for one in figures_of(found) if one.label == "Distinct terms")
    file = terms(distinct_terms(found.view, found.trend, found.snapshot))

    assert (card.value, card.delta.words) == ("30", "—")
    assert (file["value"], file["elapsed"], file["base"], file["change"]) == (30, 27, None, None)


@pytest.mark.parametrize(("low", "before"), [(None, None), (0.0, 1)])
def test_who_does_not_see_searches_has_the_same_base(low, before):
    snapshot = Snapshot(
        figures_to=NOW, terms=30, whole_terms=27, whole_terms_before=1, volume_low=low
    )

    assert distinct_terms(view_of({}, TODAY), None, snapshot) == Distinct(30, 27, before)


@pytest.mark.parametrize("snapshot", [None, Snapshot(figures_to=None)])
def test_what_nobody_counted_yet_is_waited_for(snapshot):
    assert distinct_terms(view_of({}, TODAY), None, snapshot).is_waiting


def test_a_compared_period_whose_terms_are_kept_no_more_is_no_base():
    """Its own terms are known from the first day on, those a year before are not."""
    days_ago(0, 1000, 1040)
    fold()
    DayTotals.objects.filter(day__year__lt=2025).update(only_totals=True)
    view = view_of({"from": "2025-01-01", "to": "2025-01-31", "compare": "year"}, TODAY)
    snapshot = Snapshot(
        figures_to=NOW, terms=30, whole_terms=27, whole_terms_before=1, volume_low=0.5
    )

    assert distinct_terms(view, None, snapshot).before is None
