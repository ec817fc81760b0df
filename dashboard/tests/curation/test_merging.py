"""Merged terms are one in every figure, and whatever is done and undone stays verified."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.urls import reverse

import movies.merging
from dashboard.curation import erasing, merging
from dashboard.models import Snapshot, TermDay
from dashboard.ranks import families, leaders, refreshing, term_facts, term_tables
from dashboard.ranks.whole_tables import live_rows
from dashboard.rollup import folding, rebuilding
from dashboard.term_pages import term_trends
from dashboard.tests.figures_of import differences
from dashboard.tests.rows import search
from dashboard.tests.term_days import NOON, TODAY, ago, first_searched, folded, period, searched
from movies.merging import NotMergeable, move
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)


def term(text: str) -> SearchTerm:
    return SearchTerm.objects.get_or_create(term=text)[0]


@pytest.fixture
def merged(user) -> SearchTerm:
    """A term with a variant that alone would lead, and others beside it."""
    first_searched()
    searched("dune", ago(1), 30, first_time=1)
    searched("dnue", ago(1), 50, first_time=1, nothing_found=20)
    searched("dnue", ago(8), 9)
    searched("alien", ago(1), 60, first_time=1)
    SearchTerm.objects.filter(term="dune").update(created_at=NOON - timedelta(days=900))
    folded()
    assert merging.merge(term("dnue"), term("dune"), user)
    return term("dune")


def test_a_merged_term_stands_in_every_table_with_what_all_of_it_counts(merged):
    view = period()
    refreshing.refresh(refreshing.row_of(view, NOON)[0].pk, NOON)

    page = term_tables.read(view, "top", NOON)
    expected = [("dune", 80, 9, 20, 1), ("alien", 60, 0, 0, 1)]
    shown = [(r.term, r.searches, r.before, r.nothing_found, r.first_time) for r in page.rows]
    assert shown == expected
    assert page.rows[0].spark[-2] == 80
    rows = list(live_rows(view, "top"))
    shown = [(r.term, r.searches, r.before, r.nothing_found, r.first_time) for r in rows]
    assert shown == expected
    found = leaders.top(view, "searches", 2).rows
    assert [(row.term_id, row.searches) for row in found] == [
        (merged.pk, 80),
        (term("alien").pk, 60),
    ]
    trend = term_trends.read(view, merged.pk, NOON)
    assert (trend.total.searches, trend.total.first_time) == (80, 1)
    assert term_trends.read(view, term("dnue").pk, NOON).total.searches == 50
    assert term_trends.searches_ever([merged.pk]) == {merged.pk: 89}
    assert families.first_searched([merged.pk])[merged.pk] == merged.created_at


def test_a_merge_that_is_undone_takes_along_what_came_with_it(user):
    """A tree: one and two into dune, dune and three into dune part two, that into film."""
    search("one", at=MONDAY)
    folding.fold()
    first_merges = [("one", "dune"), ("two", "dune"), ("dune", "part two"), ("three", "part two")]
    for text, into in [*first_merges, ("part two", "film")]:
        assert merging.merge(term(text), term(into), user)
    assert term("film").variants.count() == 5

    assert merging.take_out(term("dune"), user)

    assert {row.term for row in term("dune").variants.all()} == {"one", "two"}
    assert {row.term for row in term("film").variants.all()} == {"part two", "three"}
    assert TermDay.objects.get().root_id == term("dune").pk
    assert differences() == []
    assert merging.take_out(term("part two"), user)
    assert {row.term for row in term("part two").variants.all()} == {"three"}
    assert not term("film").variants.exists()
    assert merging.take_out(term("one"), user)
    assert not merging.take_out(term("one"), user)
    assert {row.term for row in term("dune").variants.all()} == {"two"}


def test_the_leaders_are_proven_with_the_merged_terms_among_them(merged):
    assert leaders.top(period(), "searches", 1).is_proven
    searched("heat", ago(2), 4)

    found = leaders.top(period(), "searches", 4)

    assert not found.is_proven
    assert [row.searches for row in found.rows] == [80, 60, 4]


def test_a_merged_term_is_found_by_the_words_of_its_variant(merged):
    view = period()
    refreshing.refresh(refreshing.row_of(view, NOON)[0].pk, NOON)

    assert [row.term for row in term_tables.read(view, "top", NOON, find="dnue").rows] == ["dune"]
    assert term_facts.matching("dnue", 5) == [merged.pk]


def test_a_merged_term_was_last_searched_when_the_last_of_it_was(merged):
    search("dnue", at=NOON - timedelta(days=1))

    found = term_facts.details([merged.pk], everyone=True)[merged.pk]
    assert (found.last_searched, found.last_day) == (NOON - timedelta(days=1), ago(1))


def test_what_is_merged_is_worked_out_anew_at_once(merged, user):
    view = period(5, last=ago(30))
    snapshot = refreshing.row_of(view, NOON)[0]
    assert refreshing.refresh(snapshot.pk, NOON) == "refreshed"
    assert refreshing.refresh(snapshot.pk, NOON) == "not due"

    merging.take_out(term("dnue"), user)

    assert refreshing.refresh(snapshot.pk, NOON) == "refreshed"
    assert Snapshot.objects.get(pk=snapshot.pk).outdated_at is None


def test_a_root_that_is_merged_takes_its_variants_along(merged, user):
    assert merging.merge(merged, term("dune 2"), user)

    roots = dict(SearchTerm.objects.values_list("term", "canonical__term"))
    assert roots == {"dune": "dune 2", "dnue": "dune 2", "alien": None, "dune 2": None}
    assert not merging.merge(merged, term("dune 2"), user)
    with pytest.raises(NotMergeable):
        merging.merge(term("dune 2"), merged, user)


def test_a_variant_erased_while_its_root_is_merged_stays_erased(merged, user, monkeypatch):
    with_it = movies.merging.with_it

    def interrupted(root):
        found = with_it(root)
        erasing.erase(term("dnue"), user)
        return found

    monkeypatch.setattr(movies.merging, "with_it", interrupted)
    with pytest.raises(NotMergeable, match="look again"):
        merging.merge(merged, term("film"), user)
    monkeypatch.undo()

    assert merging.merge(merged, term("film"), user)

    assert [row.term for row in term("film").variants.all()] == ["dune"]
    assert merging.take_out(merged, user)
    assert erasing.erase(term("film"), user)


def test_later_searches_and_what_a_rebuild_writes_bear_the_root(user):
    merging.merge(term("dnue"), term("dune"), user)
    search("dnue", at=MONDAY)
    folding.fold()
    assert [row.root_id for row in TermDay.objects.all()] == [term("dune").pk]

    TermDay.objects.update(root=None)
    assert differences()
    rebuilding.rebuild()

    assert [row.root_id for row in TermDay.objects.all()] == [term("dune").pk]
    assert differences() == []


def test_each_merge_is_written_down_with_keys_alone(merged):
    words = " ".join(entry.get_change_message() for entry in LogEntry.objects.all())

    assert f"Merged into term {merged.pk}." in words
    assert "dnue" not in words


def url(name: str, of: SearchTerm) -> str:
    return reverse(f"admin:movies_searchterm_{name}", args=[of.pk])


def answer(client, name: str, of: SearchTerm, **data) -> str:
    response = client.post(url(name, of), {"_form_submitted": "True"} | data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_staff_merge_undo_and_read_who_was_first(admin_client):
    folded()
    searched("dune", TODAY, 3)
    dune, dnue = term("dune"), term("dnue")

    assert "Merged into" in answer(admin_client, "merge_into", dnue, into=" DUNE ")
    assert "Already done by admin" in answer(admin_client, "merge_into", dnue, into="dune")
    html = admin_client.get(url("change", dnue) + "?tab=variants").content.decode()
    assert "Undo the merge" in html
    assert "The whole" in html
    assert "Stands alone again" in answer(admin_client, "undo_merge", dnue)
    assert "Already done by admin" in answer(admin_client, "undo_merge", dnue)
    assert "Nothing needed to be done" in answer(admin_client, "undo_merge", dune)


@pytest.mark.parametrize(
    ("into", "words"),
    [
        ("dune", "cannot be merged into itself"),
        ("never searched", "Nobody ever searched for that"),
        ("x" * 10_000, "too long"),
    ],
)
def test_what_cannot_be_merged_into_says_why(admin_client, into, words):
    assert words in answer(admin_client, "merge_into", term("dune"), into=into)


def test_no_chain_is_made_of_what_somebody_else_merged_just_now(user):
    merging.merge(term("a"), term("b"), user)

    for one, other in (("dune", "a"), ("b", "dune")):
        with pytest.raises(NotMergeable, match="look again"), transaction.atomic():
            move(term(one).pk, term(other).pk, user)


def test_a_term_that_is_gone_cannot_be_asked_about(admin_client):
    address = reverse("admin:movies_searchterm_merge_into", args=[99])

    assert admin_client.get(address).status_code == 404
