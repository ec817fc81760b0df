"""What is hidden is left out of every figure, counted, and comes back as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import IntegerField
from django.urls import reverse
from django.utils import timezone

from dashboard.curation import erasing, hiding, merging
from dashboard.models import ActorDay, DayTotals, HourTotals, RollUp, Snapshot, TermDay
from dashboard.rollup import folding
from dashboard.rollup.rebuilding import rebuild
from dashboard.rollup.zones import adopt_time_zone
from dashboard.tests.figures_of import differences
from dashboard.tests.rows import imported, search
from movies.merging import NotMergeable, move
from movies.models import Origin, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)
TABLES = (TermDay, ActorDay, HourTotals, DayTotals)


@pytest.fixture
def user() -> User:
    return User.objects.create_superuser("ann")


@pytest.fixture
def spam() -> SearchTerm:
    """A term with searches by everybody on two days, and another one beside it."""
    for day in range(2):
        at = MONDAY + timedelta(days=day)
        search("casino", at=at, actor="a", outcome=Outcome.NOT_FOUND)
        search("casino", at=at + timedelta(hours=1), actor="b", films_found=2)
        search("casino", at=at, actor="bot", is_bot=True)
        search("casino", at=at, origin=Origin.STAFF)
        search("dune", at=at, actor="a", films_found=1)
    folding.fold()
    return SearchTerm.objects.get(term="casino")


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


def address(name: str, term: SearchTerm) -> str:
    return reverse(f"admin:movies_searchterm_{name}", args=[term.pk])


def test_operators_hide_at_once_undo_and_read_who_was_first(client, member, spam):
    client.force_login(member("Operators"))

    hidden = client.post(address("hide", spam), follow=True).content.decode()

    assert "Hidden as spam: " in hidden
    assert 'form="hiding">Undo</button>' in hidden
    assert f'action="{address("show", spam)}"' in hidden
    assert "Its searches are left out, also those to come." in hidden
    assert "Days before" not in hidden
    again = client.post(address("hide", spam), follow=True).content.decode()
    assert "Already done by a operator" in again
    shown = client.post(address("show", spam), follow=True).content.decode()
    assert "Shown again: " in shown
    assert "Its searches are left out" not in shown


def test_a_machine_of_another_time_zone_hides_nothing_and_says_so(client, member, spam, settings):
    settings.TIME_ZONE = "America/New_York"
    folding.fold()
    adopt_time_zone()
    settings.TIME_ZONE = "Europe/Berlin"
    client.force_login(member("Operators"))

    html = client.post(address("hide", spam), follow=True).content.decode()

    assert "Nothing was changed. The figures are of the days of America/New_York" in html
    spam.refresh_from_db()
    assert not spam.hidden


def test_a_viewer_reads_that_a_term_is_hidden_and_from_when_on(client, member, spam, user):
    hiding.hide(spam, user)
    RollUp.objects.update(raw_from=datetime(2026, 11, 15, 23, tzinfo=UTC))
    client.force_login(member("Viewers"))

    html = client.get(address("change", spam)).content.decode()

    assert "Days before" in html
    assert "16 Nov 2026" in html
    assert 'id="hiding"' not in html


def test_a_term_that_is_gone_is_not_found(admin_client, spam):
    url = address("hide", spam)
    Search.objects.all().delete()
    TermDay.objects.all().delete()
    spam.delete()

    assert admin_client.post(url).status_code == 404
