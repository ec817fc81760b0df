"""Hiding a term from its page, and showing it again."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from dashboard.curation import hiding
from dashboard.models import RollUp, TermDay
from dashboard.rollup import folding
from dashboard.rollup.zones import adopt_time_zone
from movies.models import Search, SearchTerm

pytestmark = pytest.mark.django_db


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
