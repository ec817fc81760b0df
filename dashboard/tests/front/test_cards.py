import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils.html import strip_tags

from dashboard.front import cards
from dashboard.front.cards import Figure, figures_of
from dashboard.front.sharing import Shared
from dashboard.models import DayTotals, FilmDay, Snapshot
from dashboard.tests.reading import NOW, TODAY, days_ago, fold, shared
from movies.models import Origin, Outcome

pytestmark = pytest.mark.django_db
SPACE = "\N{NO-BREAK SPACE}"
ALL = [
    "Searches",
    "Searchers a day",
    "Distinct terms",
    "First-time terms",
    "Nothing found",
    "From cache",
    "Films complete",
    "OMDb calls left",
]


@pytest.fixture
def boss(client) -> User:
    account = User.objects.create_superuser("boss")
    client.force_login(account)
    return account


def figure(found: Shared, label: str) -> Figure:
    return {one.label: one for one in figures_of(found)}[label]


def words(found: Shared, label: str) -> tuple[str, str]:
    one = figure(found, label)
    return one.value, one.delta.words if one.delta else ""


def test_there_are_eight_figures_in_one_order(boss):
    days_ago(1)

    assert [one.label for one in figures_of(shared(boss))] == ALL


def test_an_empty_site_has_only_what_it_holds(boss):
    found = shared(boss)

    assert [one.label for one in figures_of(found)] == ALL[-2:]
    assert figure(found, "Films complete").note == "no film is held yet"


@pytest.mark.parametrize(
    ("permission", "labels"),
    [
        ("view_search", {*ALL} - {"Distinct terms", "Films complete"}),
        ("view_searchterm", {"Distinct terms"}),
        ("view_movie", {"Films complete"}),
        ("view_taskresult", set()),
    ],
)
def test_one_right_shows_its_own_figures(staff, permission, labels):
    staff.user_permissions.add(Permission.objects.get(codename=permission))
    days_ago(1)

    found = figures_of(shared(staff))

    assert {one.label for one in found} == labels
    # What leads to terms leads nowhere.
    of_terms = [one.url for one in found if one.label in ("First-time terms", "Nothing found")]
    assert not any(of_terms)


def test_searches_are_compared_and_lead_to_their_list(boss, client):
    days_ago(*range(56))
    days_ago(1, 2)
    days_ago(3, is_bot=True)
    days_ago(4, origin=Origin.STAFF)
    found = shared(boss)

    assert words(found, "Searches") == ("30", f"+7.1{SPACE}%")
    url = figure(found, "Searches").url
    assert client.get(url).context["cl"].result_count == 30
    everyone = figure(shared(boss, everyone="1"), "Searches")
    assert everyone.value == "32"
    assert client.get(everyone.url).context["cl"].result_count == 32


def test_without_a_comparison_no_change_is_shown(boss):
    days_ago(*range(56))

    assert {one.delta for one in figures_of(shared(boss, compare="none"))} == {None}


def test_searchers_whom_nothing_names_are_no_zero(boss):
    days_ago(3, origin=Origin.IMPORT)

    one = figure(shared(boss, period="7", compare="none"), "Searchers a day")

    assert (one.value, one.delta, one.note) == ("—", None, "not known of these searches")


def test_searchers_are_known_when_a_day_is_over(boss):
    days_ago(40)
    days_ago(0, 0, 1, actor="a")
    days_ago(1, actor="b")

    today = figure(shared(boss, period="today"), "Searchers a day")
    assert (today.value, today.delta, today.note) == ("—", None, "known when a day is over")
    week = figure(shared(boss, period="7"), "Searchers a day")
    assert (week.value, week.note) == ("0.3", "")


def test_distinct_terms_come_from_the_snapshot(boss):
    days_ago(1, 60)
    found = shared(boss)

    waiting = figure(found, "Distinct terms")
    assert (waiting.value, waiting.note, waiting.delta) == ("…", "being counted", None)
    snapshot = Snapshot(figures_to=NOW, terms=1_234_567, whole_terms=30, whole_terms_before=20)
    ready = figure(replace(found, snapshot=snapshot), "Distinct terms")
    assert (ready.value, ready.exact) == (f"1.2{SPACE}M", "1,234,567")
    assert ready.delta.words == f"+50.0{SPACE}%"


def test_distinct_terms_that_are_kept_no_more_are_no_zero(boss):
    days_ago(900)
    fold()
    DayTotals.objects.update(only_totals=True)
    day = (NOW - timedelta(days=900)).date().isoformat()

    one = figure(shared(boss, **{"from": day, "to": day}), "Distinct terms")

    assert (one.value, one.delta, one.note) == ("—", None, "Terms are kept 800 days.")


def test_distinct_terms_that_are_older_than_the_searches_say_so(boss):
    days_ago(1)
    snapshot = Snapshot(figures_to=NOW - timedelta(minutes=4), terms=1)

    one = figure(replace(shared(boss), snapshot=snapshot), "Distinct terms")

    assert one.note == "to 10:31"


def test_rates_divide_by_answered_searches_and_first_time_terms_by_all(boss):
    days_ago(100, term="dune")
    days_ago(1, 1, term="dune", films_found=1)
    days_ago(1, term="heat", outcome=Outcome.NOT_FOUND)
    days_ago(1, term="alien", outcome=Outcome.FETCHED, films_found=2)
    days_ago(1, term="dune", outcome=Outcome.FAILED)
    found = shared(boss)

    assert words(found, "Nothing found") == (f"25.0{SPACE}%", "—")
    assert words(found, "From cache")[0] == f"50.0{SPACE}%"
    assert words(found, "First-time terms")[0] == f"40.0{SPACE}%"
    assert figure(found, "First-time terms").exact == "2 of 5"
    assert figure(found, "From cache").url == "?chart=outcomes"


def test_films_complete_change_in_points_against_the_other_periods_end(boss):
    days_ago(1)
    FilmDay.objects.create(day=TODAY, held=200, complete=100)

    assert words(shared(boss), "Films complete") == (f"50.0{SPACE}%", "—")

    FilmDay.objects.create(day=shared(boss).view.before_last, held=100, complete=40)
    found = figure(shared(boss), "Films complete")
    assert (found.delta.words, found.delta.tone) == (f"+10.0{SPACE}pt", "good")
    assert found.note == "100 of 200 films"


def test_a_period_without_searches_has_zeros_and_no_rates(boss):
    days_ago(1)
    found = shared(boss, **{"from": "2026-11-01", "to": "2026-11-07"})

    assert [one.label for one in figures_of(found)] == ALL
    assert words(found, "Searches") == ("0", "—")
    assert words(found, "Distinct terms") == ("0", "")
    assert words(found, "Nothing found") == ("—", "—")
    assert figure(found, "Searchers a day").note == ""


def test_films_of_a_day_that_nobody_counted_are_not_invented(boss):
    found = shared(boss, **{"from": "2026-11-01", "to": "2026-11-07"})

    one = figure(found, "Films complete")
    assert (one.value, one.note) == ("—", "not counted 1–7 Nov")  # noqa: RUF001


def test_calls_left_are_of_a_limit_and_come_back(boss, settings):
    settings.OMDB_DEMO = False
    settings.TIME_ZONE = "Asia/Tokyo"

    one = figure(shared(boss), "OMDb calls left")

    assert (one.value, one.role, one.delta) == ("1,000", "", None)
    assert re.search(r"of 1,000, new ones expected at <time datetime=", one.note)
    assert strip_tags(one.note).startswith("of 1,000, new ones expected at ")


def test_no_call_left_is_worth_a_look(boss, settings):
    settings.OMDB_DAILY_LIMIT = 0

    assert figure(shared(boss), "OMDb calls left").role == "look"


@pytest.mark.parametrize(
    ("mean", "text"), [(None, "—"), (0.25, "0.2"), (3.0, "3"), (9.96, "10.0"), (1234.4, "1,234")]
)
def test_a_mean_of_few_has_one_digit_more(mean, text):
    assert cards.mean(mean) == text
