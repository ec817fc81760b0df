"""Whatever staff decide about terms, in whatever order: all figures agree and stay verified."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import IS_LONG
from dashboard.curation import erasing, hiding, merging
from dashboard.models import DayTotals, TermDay
from dashboard.periods import View
from dashboard.ranks.whole_tables import live_rows
from dashboard.rollup import folding, rebuilding
from dashboard.tests.figures_of import differences, searches_in
from dashboard.tests.rows import search
from movies.erasing import NotErasable
from movies.merging import NotMergeable
from movies.models import Search, SearchTerm

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)
WEEK = View("custom", date(2026, 11, 16), date(2026, 11, 22), "none", "day", everyone=False)
names = st.sampled_from(["dune", "dnue", "dune 2", "alien"])
steps = st.one_of(
    st.tuples(st.just("search"), names, st.integers(0, 3)),
    st.tuples(st.just("search"), names, st.integers(0, 3)),
    st.tuples(st.just("merge"), names, names),
    st.tuples(st.just("undo"), names, st.none()),
    st.tuples(st.just("hide"), names, st.none()),
    st.tuples(st.just("show"), names, st.none()),
    st.tuples(st.just("erase"), names, st.none()),
    st.tuples(st.just("fold"), names, st.none()),
    st.tuples(st.just("rebuild"), names, st.none()),
)


def term(text: str) -> SearchTerm:
    return SearchTerm.objects.get_or_create(term=text)[0]


def do(user: User, what: str, text: str, detail) -> None:
    match what:
        case "search":
            search(text, at=MONDAY + timedelta(days=detail), is_bot=detail == 3, actor=text)
        case "merge":
            merging.merge(term(text), term(detail), user)
        case "undo":
            merging.take_out(term(text), user)
        case "hide":
            hiding.hide(term(text), user)
        case "show":
            hiding.show(term(text), user)
        case "erase":
            erasing.erase(term(text), user)
        case "fold":
            folding.fold()
        case _:
            TermDay.objects.update(root=None)
            rebuilding.rebuild()


@settings(
    max_examples=60 if IS_LONG else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, max_size=15))
def test_merging_hiding_and_erasing_in_any_order_keep_all_figures_in_agreement(story):
    with transaction.atomic():
        user = User.objects.create_superuser("ann")
        for step in story:
            with contextlib.suppress(NotMergeable, NotErasable):
                do(user, *step)
        folding.fold()

        assert differences() == []
        made = Search.objects.count()
        assert searches_in() == dict.fromkeys(("days", "hours", "terms"), made)
        card = DayTotals.objects.filter(left_out=False).aggregate(all=Sum("searches", default=0))
        assert sum(row.searches for row in live_rows(WEEK, "top")) == card["all"]
        assert not SearchTerm.objects.filter(canonical__canonical__isnull=False).exists()
        transaction.set_rollback(True)
