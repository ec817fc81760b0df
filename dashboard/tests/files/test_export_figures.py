from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.files import export_figures
from dashboard.front import figures as moments
from dashboard.models import FilmDay, Snapshot
from dashboard.periods import view_of
from dashboard.ranks import refreshing
from dashboard.rollup import folding
from dashboard.tests.files.reading import LAST_WEEK, NOW, YESTERDAY, table
from dashboard.tests.rows import film, search
from dashboard.tests.term_days import ago, only_totals_before
from movies.models import Origin, Outcome

pytestmark = pytest.mark.django_db


def figures(viewer: Client, **address: str) -> list[dict[str, str]]:
    return table(viewer.get(reverse("dashboard:csv"), address))


def test_the_file_of_the_figures_has_one_row_a_bucket(viewer):
    search(at=NOW - timedelta(days=60))
    search(at=YESTERDAY, films_found=2)
    search(at=YESTERDAY, outcome=Outcome.TOO_MANY)
    search(at=YESTERDAY - timedelta(days=7), outcome=Outcome.FAILED)
    folding.fold()

    *_, yesterday, today = figures(viewer, period="7")

    assert yesterday == {
        "Start": "2026-11-21",
        "End": "2026-11-21",
        "Searches": "2",
        "From cache": "1",
        "Asked OMDb": "0",
        "Nothing found": "1",
        "Not answered": "0",
        "First-time": "0",
        "Outcome: From cache": "1",
        "Outcome: New films": "0",
        "Outcome: Nothing new": "0",
        "Outcome: Nothing found": "0",
        "Outcome: Too broad": "1",
        "Outcome: Out of budget": "0",
        "Outcome: Key refused": "0",
        "Outcome: Failed": "0",
        "Searches before": "1",
        "Unfinished": "no",
    }
    assert (today["Searches"], today["Unfinished"]) == ("0", "yes")


def test_an_hour_is_told_with_its_distance_from_utc(viewer):
    search(at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    search(at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    folding.fold()

    rows = figures(viewer, **{"from": "2026-10-25", "to": "2026-10-25"}, by="hour")

    told = [(row["Start"], row["End"]) for row in rows if row["Searches"] == "1"]
    assert told == [
        ("2026-10-25T02:00:00+02:00", "2026-10-25"),
        ("2026-10-25T02:00:00+01:00", "2026-10-25"),
    ]


def test_what_was_not_counted_is_empty_and_never_zero(viewer):
    search(at=YESTERDAY)
    folding.fold()

    before, *_ = figures(viewer, period="7")

    assert (before["Searches"], before["Searches before"]) == ("", "")


def test_the_cards_compare_the_same_part_of_both_periods(viewer):
    search(at=NOW - timedelta(days=60))
    for _ in range(2):
        search(at=YESTERDAY - timedelta(days=7), films_found=1)
    search(at=YESTERDAY, films_found=1)
    search(at=YESTERDAY)
    search(at=YESTERDAY)
    search(at=YESTERDAY, origin=Origin.STAFF)
    search(at=NOW - timedelta(minutes=1))
    folding.fold()

    answer = viewer.get(reverse("dashboard:json"), {"period": "7"}).json()

    assert answer["compared_until"] == "2026-11-22T10:00:00+01:00"
    assert answer["left_out"] == 1
    cards = answer["cards"]
    assert cards["searches"] == {"value": 4, "elapsed": 3, "base": 2, "change": 0.5}
    assert cards["from_cache"] == {
        "value": 1,
        "elapsed": 1,
        "base": 2,
        "change": -0.5,
        "share": 1 / 4,
        "share_elapsed": 1 / 3,
        "share_base": 1.0,
        "share_change": 1 / 3 - 1,
    }


def test_without_anything_to_compare_with_there_is_no_change(viewer):
    search(at=YESTERDAY)
    folding.fold()

    cards = viewer.get(reverse("dashboard:json"), {"period": "7"}).json()["cards"]

    assert (cards["searches"]["base"], cards["searches"]["change"]) == (None, None)
    assert (cards["from_cache"]["share_base"], cards["from_cache"]["share_change"]) == (None, None)


def test_growth_from_nothing_has_no_number(viewer):
    search(at=NOW - timedelta(days=60))
    search(at=YESTERDAY)
    folding.fold()

    card = viewer.get(reverse("dashboard:json"), {"period": "7"}).json()["cards"]["searches"]

    assert (card["elapsed"], card["base"], card["change"]) == (1, 0, None)


def test_the_card_of_distinct_terms_waits_until_they_are_counted(viewer):
    search("old", at=NOW - timedelta(days=60))
    search("dune", at=LAST_WEEK)
    search("dune", at=YESTERDAY)
    search("alien", at=YESTERDAY)
    search("heat", at=NOW)
    folding.fold()
    answers = []

    answers.append(viewer.get(reverse("dashboard:json"), {"period": "7"}).json())
    refreshing.refresh(Snapshot.objects.get().pk, NOW)
    answers.append(viewer.get(reverse("dashboard:json"), {"period": "7"}).json())

    assert [answer["terms_ready"] for answer in answers] == [False, True]
    assert [answer["cards"]["terms"] for answer in answers] == [
        {"value": None, "elapsed": None, "base": None, "change": None, "why": "being counted"},
        {"value": 3, "elapsed": 2, "base": 1, "change": 1.0, "why": ""},
    ]


def test_the_card_of_terms_that_are_kept_no_more_says_so_and_waits_for_nothing(viewer):
    search("old", at=NOW - timedelta(days=900))
    folding.fold()
    only_totals_before(ago(800))
    day = (NOW - timedelta(days=900)).date().isoformat()

    answer = viewer.get(reverse("dashboard:json"), {"from": day, "to": day}).json()

    assert (answer["cards"]["searches"]["value"], answer["terms_ready"]) == (1, True)
    assert answer["cards"]["terms"]["value"] is None
    assert answer["cards"]["terms"]["why"] == "Terms are kept 800 days."
    assert answer["view"]["by"] == "day"
    assert answer["terms_kept_from"] == (NOW - timedelta(days=899)).date().isoformat()


def test_the_files_of_a_term_have_gaps_where_terms_are_kept_no_more(viewer):
    at = NOW - timedelta(days=900)
    pk = search("old", at=at).term_id
    folding.fold()
    only_totals_before(ago(800))
    address = {"from": at.date().isoformat(), "to": at.date().isoformat()}

    answer = viewer.get(reverse("dashboard:term_json", args=[pk]), address).json()
    bucket, note = table(viewer.get(reverse("dashboard:term_csv", args=[pk]), address))

    assert answer["why_not_all"] == "Terms are kept 800 days."
    assert [bucket["searches"] for bucket in answer["buckets"]] == [None]
    assert answer["cards"]["searches"]["value"] is None
    assert (bucket["Start"], bucket["Searches"], bucket["Note"]) == (address["from"], "", "")
    assert note.pop("Note") == "Terms are kept 800 days."
    assert set(note.values()) == {""}


def test_a_period_without_a_search_has_no_term_and_waits_for_nothing(viewer):
    answer = viewer.get(reverse("dashboard:json")).json()

    assert answer["terms_ready"]
    assert answer["cards"]["terms"]["value"] == 0


def test_without_a_compared_period_terms_are_compared_with_nothing(viewer):
    search("dune", at=YESTERDAY)
    folding.fold()
    row, _ = refreshing.row_of(view_of({"compare": "none"}, NOW.date()), NOW)
    refreshing.refresh(row.pk, NOW)

    answer = viewer.get(reverse("dashboard:json"), {"compare": "none"}).json()

    card = answer["cards"]["terms"]
    assert (card["value"], card["elapsed"], card["base"], card["change"]) == (1, 1, None, None)


def test_films_and_calls_are_cards_as_well(viewer):
    film(is_full_record=True)
    film()
    FilmDay.objects.create(day=NOW.date() - timedelta(days=7), held=4, complete=1)

    cards = viewer.get(reverse("dashboard:json"), {"period": "7"}).json()["cards"]

    assert cards["films"] == {
        "held": 2,
        "complete": 1,
        "held_before": 4,
        "complete_before": 1,
        "share": 0.5,
        "share_base": 0.25,
        "share_change": 0.25,
    }
    assert cards["omdb_calls_left"] == {"value": 1000, "limit": 1000}


def test_a_card_is_for_those_who_may_see_what_it_counts(staff, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    staff.user_permissions.add(Permission.objects.get(codename="view_search"))
    client = Client()
    client.force_login(staff)

    answer = client.get(reverse("dashboard:json")).json()

    assert "terms_ready" not in answer
    assert not {"terms", "films"} & answer["cards"].keys()
    assert {"searches", "searchers", "omdb_calls_left"} <= answer["cards"].keys()


def test_who_may_see_films_only_is_told_of_films_only(staff):
    staff.user_permissions.add(Permission.objects.get(codename="view_movie"))
    moment = moments.read(staff, view_of({}, NOW.date()), NOW)

    assert export_figures.cards_of(moment).keys() == {"films"}
