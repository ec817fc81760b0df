from itertools import product

import pytest

from dashboard.rollup.counting import MEASURES, classified, events
from dashboard.tests.rows import search
from movies.models import ANSWERS, Origin, Outcome, Search

pytestmark = pytest.mark.django_db

ALL_KINDS = list(product(Outcome.values, Origin.values, (False, True), (False, True), (0, 3)))


def test_what_a_fold_adds_is_what_a_check_counts_for_every_kind_of_search():
    for number, (outcome, origin, is_bot, is_first, films_found) in enumerate(ALL_KINDS):
        search(
            f"term {number}",
            outcome=outcome,
            origin=origin,
            is_bot=is_bot,
            is_first=is_first,
            films_found=films_found,
        )

    found = events(Search.objects.all())

    assert len(found) == len(ALL_KINDS)
    for name, which in MEASURES.items():
        counted = set(classified(Search.objects.all()).filter(which).values_list("pk", flat=True))
        assert {event.pk for event in found if name in event.measures()} == counted
    for event in found:
        row = Search.objects.get(pk=event.pk)
        assert event.measures() == measures_of(row)
        assert event.left_out == (row.is_bot or row.origin == "staff")


def measures_of(row: Search) -> list[str]:
    part = []
    if row.outcome not in ANSWERS:
        part = ["not_answered"]
    elif row.films_found == 0:
        part = ["nothing_found"]
    elif row.outcome == "cached":
        part = ["from_cache"]
    return ["searches", *part, *(["first_time"] if row.is_first else [])]
