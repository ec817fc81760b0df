"""Whatever happens in whatever order: each finished search is in each read model once."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import IS_LONG
from dashboard import services
from dashboard.curation import hiding
from dashboard.days import start_of
from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, TermDay
from dashboard.rollup import folding, rebuilding, rolling
from dashboard.rollup.covered import first_covered
from dashboard.tests.figures_of import differences, searches_in
from dashboard.tests.rows import search
from movies.models import Origin, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Niue",
    "Pacific/Kiritimati",
]

TERMS = st.sampled_from(["dune", "alien", "heat"])

searches = st.fixed_dictionaries(
    {
        "term": TERMS,
        # Close to the days that retention removes, or anywhere; a clock may be ahead.
        "hours": st.integers(89 * 24, 93 * 24) | st.integers(-48, 100 * 24),
        "actor": st.sampled_from(["", "a", "b"]),
        "origin": st.sampled_from(Origin.values),
        "is_bot": st.booleans(),
        "outcome": st.sampled_from(["", *Outcome.values]),
        "films_found": st.integers(0, 1),
    }
)
steps = st.one_of(
    st.tuples(st.just("search"), searches),
    st.tuples(st.just("search"), searches),
    st.tuples(st.just("fold"), st.none()),
    st.tuples(st.just("crash"), st.sampled_from(["add_to", "add_to_days"])),
    st.tuples(st.just("finish"), st.none()),
    st.tuples(st.just("spoil"), st.sampled_from([TermDay, ActorDay, HourTotals, DayTotals])),
    st.tuples(st.just("prune"), st.integers(0, 4)),
    st.tuples(st.just("zone"), st.sampled_from(ZONES)),
    st.tuples(st.just("roll_up"), st.none()),
    st.tuples(st.just("hide"), TERMS),
    st.tuples(st.just("show"), TERMS),
)


class Site:
    """A site on which things happen; what its steps are called is what `steps` draws."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.time_zone = ZONES[0]
        self.made = 0
        self.user = User.objects.create_superuser("ann")

    def do(self, name: str, detail: object) -> None:
        with override_settings(TIME_ZONE=self.time_zone):
            getattr(self, name)(detail)

    def search(self, facts: dict) -> None:
        facts = dict(facts)
        # Only one fetch of a term at a time is there to be unfinished.
        if not facts["outcome"]:
            facts["term"] = f"term {self.made}"
        search(at=NOW - timedelta(hours=facts.pop("hours")), **facts)
        self.made += 1

    def fold(self, _: None) -> None:
        folding.fold()

    def crash(self, broken: str) -> None:
        with self.monkeypatch.context() as patch, contextlib.suppress(ZeroDivisionError):
            patch.setattr(folding, broken, lambda *args: 1 / 0)
            folding.fold()

    def finish(self, _: None) -> None:
        Search.objects.filter(outcome="").update(outcome=Outcome.FAILED)

    def spoil(self, model: type[Model]) -> None:
        """Write nonsense into what can be rebuilt, and ask for that."""
        rebuilding.ask_for_rebuild()
        roll_up = RollUp.objects.get()
        with override_settings(TIME_ZONE=roll_up.time_zone):
            first = first_covered(roll_up.raw_from) if roll_up.raw_from else date(2020, 1, 1)
            which = {"hour__gte": start_of(first)} if model is HourTotals else {"day__gte": first}
            model.objects.filter(**which).update(searches=7)

    def prune(self, days: int) -> None:
        services.prune(NOW + timedelta(days=days))

    def zone(self, zone: str) -> None:
        """Change it longer than a day after the last time, within which others are refused."""
        RollUp.objects.update(zone_changed_at=None)
        self.time_zone = zone

    def roll_up(self, _: None) -> None:
        rolling.roll_up()

    def hide(self, text: str) -> None:
        hiding.hide(SearchTerm.objects.get_or_create(term=text)[0], self.user)

    def show(self, text: str) -> None:
        hiding.show(SearchTerm.objects.get_or_create(term=text)[0], self.user)


@given(st.lists(steps, max_size=20))
@settings(
    max_examples=20 if IS_LONG else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_finished_search_is_in_the_figures_once(monkeypatch, story):
    with transaction.atomic():
        site = Site(monkeypatch)
        for name, detail in [*story, ("finish", None), ("roll_up", None)]:
            site.do(name, detail)

        with override_settings(TIME_ZONE=site.time_zone):
            assert differences() == []
        assert searches_in() == dict.fromkeys(("days", "hours", "terms"), site.made)
        transaction.set_rollback(True)
