from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.rollup import folding
from dashboard.tests.files.reading import NOW, YESTERDAY, table
from dashboard.tests.rows import search
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db


def test_a_file_is_saved_and_kept_by_nobody_on_the_way(viewer):
    response = viewer.get(reverse("dashboard:csv"), {"period": "28"})

    assert response.streaming
    assert response.getvalue().startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    name = "searches-2026-10-26-2026-11-22.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_asking_only_for_the_head_gives_no_body(viewer):
    response = viewer.head(reverse("dashboard:csv"))

    assert response["Content-Disposition"].startswith("attachment")
    assert not response.streaming
    assert response.content == b""


def test_the_json_of_the_figures_says_which_view_it_is(viewer):
    search(at=YESTERDAY)
    folding.fold()

    answer = viewer.get(reverse("dashboard:json"), {"period": "7", "everyone": "1"}).json()

    assert answer["view"] == {
        "from": "2026-11-16",
        "to": "2026-11-22",
        "compared_from": "2026-11-09",
        "compared_to": "2026-11-15",
        "compare": "weekdays",
        "by": "day",
        "everyone": True,
    }
    assert answer["figures_to"] == "2026-11-22T10:35:00+01:00"
    assert answer["time_zone"] == "Europe/Berlin"


@pytest.mark.parametrize("name", ["csv", "json"])
def test_a_site_without_figures_is_no_error(name, viewer):
    response = viewer.get(reverse(f"dashboard:{name}"))

    assert response.status_code == 200
    assert b"Infinity" not in response.getvalue()


def test_a_term_has_its_own_figures(viewer):
    search("dune", at=YESTERDAY, films_found=1)
    search("alien", at=YESTERDAY)
    folding.fold()
    dune = SearchTerm.objects.get(term="dune")

    *_, row, _ = table(viewer.get(reverse("dashboard:term_csv", args=[dune.pk])))
    answer = viewer.get(reverse("dashboard:term_json", args=[dune.pk]), {"by": "day"}).json()

    assert (row["Searches"], row["From cache"], row["First-time"]) == ("1", "1", "1")
    assert "Outcome: Failed" not in row
    assert answer["term"] == "dune"
    assert answer["cards"]["searches"]["value"] == 1
    assert answer["buckets"][-2]["searches"] == 1


def test_the_figures_of_a_term_are_by_the_day_at_the_finest(viewer):
    pk = search("dune", at=NOW).term_id
    folding.fold()

    answer = viewer.get(reverse("dashboard:term_json", args=[pk]), {"period": "today"}).json()

    assert answer["view"]["by"] == "day"
    assert [bucket["start"] for bucket in answer["buckets"]] == ["2026-11-22"]


def test_a_comparison_has_a_line_a_bucket_of_each_term(viewer):
    for term, count in (("dune", 2), ("alien", 1)):
        for _ in range(count):
            search(term, at=YESTERDAY)
    folding.fold()
    pks = [SearchTerm.objects.get(term=term).pk for term in ("dune", "alien")]
    asked = {"term": ",".join(map(str, pks)), "period": "7", "by": "hour"}

    rows = table(viewer.get(reverse("dashboard:compare_csv"), asked))
    answer = viewer.get(reverse("dashboard:compare_json"), asked).json()

    assert [row["Term"] for row in rows] == ["dune"] * 7 + ["alien"] * 7
    assert [row["Searches"] for row in rows if row["Start"] == "2026-11-21"] == ["2", "1"]
    assert answer["view"]["by"] == "day"
    assert [one["term"] for one in answer["terms"]] == ["dune", "alien"]
    assert [one["cards"]["searches"]["value"] for one in answer["terms"]] == [2, 1]
    assert [len(one["buckets"]) for one in answer["terms"]] == [7, 7]


def test_what_cannot_be_compared_is_refused_in_the_words_of_the_page(viewer):
    pk = search("dune", at=YESTERDAY).term_id

    content = viewer.get(reverse("dashboard:compare_csv"), {"term": pk}).content
    answer = viewer.get(reverse("dashboard:compare_json"), {"term": [pk, pk + 1]})

    assert content == b"A comparison takes two terms or more."
    assert (answer.status_code, answer.json()) == (400, {"problem": "1 of these terms is gone."})


@pytest.mark.parametrize("name", ["term_csv", "term_json"])
@pytest.mark.parametrize("pk", [0, 10**30])
def test_a_term_that_is_not_there_is_not_found(name, pk, viewer):
    assert viewer.get(reverse(f"dashboard:{name}", args=[pk])).status_code == 404


ADDRESSES = [
    *("csv", "json", "terms_csv", "terms_json", "term_csv", "term_json"),
    *("compare_csv", "compare_json"),
]


def address(name: str) -> str:
    return reverse(f"dashboard:{name}", args=[1] if name.startswith("term_") else [])


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_that_is_not_understood_is_refused_in_a_sentence(name, viewer):
    response = viewer.get(address(name), {"period": "8"})

    assert response.status_code == 400
    if name.endswith("json"):
        assert response.json() == {"problem": "There is no period '8'."}
    else:
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response.content == b"There is no period '8'."


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading_is_answered(name, method, viewer):
    assert getattr(viewer, method)(address(name)).status_code == 405


@pytest.mark.parametrize("name", ADDRESSES)
def test_strangers_sign_in_and_staff_need_the_permission(name, staff):
    stranger, colleague = Client(), Client()
    colleague.force_login(staff)

    assert stranger.get(address(name))["Location"].startswith(reverse("admin:login"))
    assert colleague.get(address(name)).status_code == 403


@pytest.mark.parametrize("name", ["csv", "json"])
def test_years_cost_as_many_queries_as_a_day(name, viewer, django_assert_max_num_queries):
    for days in range(0, 400, 40):
        search(f"dune {days}", at=NOW - timedelta(days=days))
    folding.fold()
    periods = ("today", "7", "365")
    for period in periods:
        # Somebody looked at it before, and its snapshot is waited for.
        viewer.get(reverse("dashboard:json"), {"period": period})

    for period in periods:
        with django_assert_max_num_queries(12):
            viewer.get(reverse(f"dashboard:{name}"), {"period": period}).getvalue()
