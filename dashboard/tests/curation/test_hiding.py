"""What is hidden is left out of every figure, counted, and comes back as it was."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import IntegerField
from django.utils import timezone

from dashboard.curation import erasing, hiding, merging
from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, Snapshot, TermDay
from dashboard.rollup import folding
from dashboard.rollup.rebuilding import rebuild
from dashboard.rollup.zones import adopt_time_zone
from dashboard.tests.curation.terms import MONDAY
from dashboard.tests.figures_of import differences
from dashboard.tests.rows import imported, search
from movies.merging import NotMergeable, move
from movies.models import Origin, Search, SearchTerm

pytestmark = pytest.mark.django_db

TABLES = (TermDay, ActorDay, HourTotals, DayTotals)


def figures() -> dict[str, dict[str, int]]:
    """Return what the read models count, by table and row; zeros are nothing."""
    found = {}
    for model in TABLES:
        names = [one.name for one in model._meta.fields if isinstance(one, IntegerField)]
        for row in model.objects.all():
            counts = {name: getattr(row, name) for name in names if getattr(row, name)}
            if counts:
                found[f"{model.__name__} {row.pk}"] = counts
    return found


def totals(*, left_out: bool) -> list[tuple[int, int, int]]:
    rows = DayTotals.objects.filter(left_out=left_out).order_by("day")
    return list(rows.values_list("searches", "terms", "searchers"))


def test_a_family_is_hidden_and_shown_as_one(spam, user):
    search("casino bonus", at=MONDAY)
    search("c4sino", at=MONDAY)
    folding.fold()
    variants = [SearchTerm.objects.get(term=text) for text in ("casino bonus", "c4sino")]
    for variant in variants:
        assert merging.merge(variant, spam, user)

    assert hiding.hide(variants[0], user)

    assert totals(left_out=False) == [(1, 1, 1), (1, 1, 1)]
    assert differences() == []
    assert not hiding.hide(spam, user)
    variants[0].refresh_from_db()
    assert hiding.show(variants[0], user)
    assert not SearchTerm.objects.filter(hidden=True).exists()
    assert totals(left_out=False)[0][0] == 5
    assert differences() == []


def test_a_variant_erased_while_its_family_is_hidden_still_counts(spam, user, monkeypatch):
    search("c4sino", at=MONDAY)
    folding.fold()
    variant = SearchTerm.objects.get(term="c4sino")
    merging.merge(variant, spam, user)
    sums_of = hiding.sums_of

    def interrupted(batch):
        # After its root, before itself.
        if SearchTerm.objects.filter(hidden=True).exists():
            erasing.erase(variant, user)
        return sums_of(batch)

    monkeypatch.setattr(hiding, "sums_of", interrupted)

    assert hiding.hide(spam, user)

    assert list(SearchTerm.objects.filter(hidden=True)) == [spam]
    assert totals(left_out=False)[0] == (2, 2, 1)
    assert differences() == []


def test_what_was_erased_since_it_was_shown_hides_nothing(spam, user):
    erasing.erase(SearchTerm.objects.get(pk=spam.pk), user)

    assert not hiding.hide(spam, user)
    assert not SearchTerm.objects.filter(hidden=True).exists()


def test_nothing_is_merged_with_what_is_hidden(spam, user):
    search("c4sino", at=MONDAY)
    other = SearchTerm.objects.get(term="c4sino")
    hiding.hide(spam, user)
    spam.refresh_from_db()

    for term, root in ((other, spam), (spam, other)):
        with pytest.raises(NotMergeable, match="hidden as spam"):
            merging.merge(term, root, user)
    with pytest.raises(NotMergeable, match="look again"), transaction.atomic():
        move(other.pk, spam.pk, user)


def test_what_is_hidden_is_left_out_and_counted_as_such(spam, user):
    assert totals(left_out=False) == [(3, 2, 2)] * 2

    assert hiding.hide(spam, user)

    assert totals(left_out=False) == [(1, 1, 1)] * 2
    assert totals(left_out=True) == [(4, 1, 2)] * 2
    assert differences() == []


def test_what_is_shown_again_counts_exactly_as_before(spam, user):
    before = figures()
    hiding.hide(spam, user)
    assert figures() != before

    assert hiding.show(spam, user)

    assert figures() == before
    assert differences() == []


def test_what_is_done_twice_is_done_once(spam, user):
    assert hiding.hide(spam, user)
    found = figures()

    assert not hiding.hide(spam, user)
    assert figures() == found
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == ["Hidden as spam."]


def test_later_searches_of_a_hidden_term_are_left_out(spam, user):
    hiding.hide(spam, user)
    search("casino", at=MONDAY, actor="c")

    folding.fold()

    assert totals(left_out=False)[0] == (1, 1, 1)
    assert differences() == []


def test_a_fold_that_read_before_a_term_was_hidden_reads_again(spam, user, monkeypatch):
    search("casino", at=MONDAY, actor="c")
    sums_of, others = folding.sums_of, [hiding.hide]

    def interrupted(batch):
        if others:
            others.pop()(spam, user)
        return sums_of(batch)

    monkeypatch.setattr(folding, "sums_of", interrupted)

    assert folding.fold() == 1
    assert totals(left_out=False)[0] == (1, 1, 1)
    assert differences() == []


def test_a_term_that_is_searched_all_the_time_is_hidden_all_the_same(spam, user, monkeypatch):
    sums_of = hiding.sums_of

    def interrupted(batch):
        found = sums_of(batch)
        search("dune", at=MONDAY, actor="c")
        folding.fold()
        return found

    monkeypatch.setattr(hiding, "sums_of", interrupted)

    assert hiding.hide(spam, user)
    assert differences() == []


def test_days_whose_searches_are_gone_stay_as_they_were(spam, user):
    Search.objects.filter(created_at__lt=MONDAY + timedelta(hours=10)).delete()
    RollUp.objects.update(raw_from=MONDAY + timedelta(hours=1))

    hiding.hide(spam, user)

    assert totals(left_out=False) == [(3, 2, 2), (1, 1, 1)]
    assert differences() == []


@pytest.mark.parametrize(("days", "left"), [(89, 2), (92, 5)])
def test_of_such_days_what_was_imported_moves_while_all_of_it_is_there(spam, user, days, left):
    old = imported(written_at=timezone.now() - timedelta(days=days))
    for hour in range(3):
        search("casino", at=MONDAY + timedelta(hours=hour), source=old, origin=Origin.IMPORT)
    folding.fold()
    own = Search.objects.filter(source=None, created_at__lt=MONDAY + timedelta(hours=10))
    own.delete()
    RollUp.objects.update(raw_from=MONDAY + timedelta(hours=1))
    before = figures()

    hiding.hide(spam, user)

    day = TermDay.objects.get(day=MONDAY, term=spam)
    # Of two visitors, and of three lines of the file.
    assert day.searches == left
    assert totals(left_out=False)[0][0] == left + 1
    assert differences() == []
    hiding.show(spam, user)
    assert figures() == before


def test_of_another_zones_days_nothing_that_was_imported_moves(spam, user, settings):
    old = imported()
    for hours in (10, 14):
        search("casino", at=MONDAY + timedelta(hours=hours), source=old, origin=Origin.IMPORT)
    folding.fold()
    Search.objects.filter(source=None).delete()
    RollUp.objects.update(raw_from=MONDAY + timedelta(days=9))
    settings.TIME_ZONE = "UTC"
    adopt_time_zone()
    rebuild()
    before = figures()

    hiding.hide(spam, user)

    assert figures() == before


def test_what_is_hidden_has_all_term_tables_worked_out_anew(spam, user):
    Snapshot.objects.create(key="k", first=MONDAY, last=MONDAY, wanted_at=MONDAY)

    hiding.hide(spam, user)

    assert Snapshot.objects.get().outdated_at
