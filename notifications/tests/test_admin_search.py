"""How the log is searched: words among the newest, a Message-ID everywhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from movies.models import SearchTerm
from notifications.admin import bounds
from notifications.models import Notification
from notifications.tests.log import LIST, words

pytestmark = pytest.mark.django_db


def found(client, **query) -> list[Notification]:
    return list(client.get(LIST, query).context["cl"].result_list)


def test_it_is_found_by_words_of_its_subject_and_of_what_it_is_about(client, sign_in, queued):
    sign_in()
    queued("Something else")
    SearchTerm.objects.create(term="dune")
    told = Notification.objects.get(about_text="dune")

    assert found(client, q="dune") == [told]
    assert found(client, q="search TERM dune") == [told]
    assert found(client, q="nothing like it") == []


def test_it_is_found_by_message_id_with_and_without_brackets(client, sign_in, queued):
    sign_in()
    queued()
    row = queued()

    assert found(client, q=row.message_id) == [row]
    assert found(client, q=f" {row.message_id.strip('<>')} ") == [row]


def test_words_with_an_at_sign_that_are_no_message_id_are_words(client, sign_in):
    sign_in()
    SearchTerm.objects.create(term="you@me")

    assert [row.about_text for row in found(client, q="you@me")] == ["you@me"]
    assert [row.about_text for row in found(client, q="you@me search")] == ["you@me"]


def test_a_blank_search_shows_everything(client, sign_in, queued):
    sign_in()
    row = queued()

    assert found(client, q=" \0 ") == [row]


def test_words_are_looked_for_in_the_newest_and_the_page_says_so(
    client, sign_in, queued, monkeypatch
):
    monkeypatch.setattr(bounds, "MOST_SEARCHED", 2)
    sign_in()
    now = timezone.now()
    old = queued("Dune, the old", created_at=now - timedelta(days=3))
    young = queued("Dune, the young", created_at=now - timedelta(days=2))
    queued("Something else", state="failed", created_at=now)

    answer = client.get(LIST, {"q": "dune"})

    assert list(answer.context["cl"].result_list) == [young]
    assert "Searched the newest 2, back to" in words(answer.content.decode())
    assert found(client, q=old.message_id) == [old]


def test_filters_have_a_search_look_further_back(client, sign_in, queued, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_SEARCHED", 2)
    sign_in()
    now = timezone.now()
    old = queued("Dune, the old", state="sent", sent_at=now, created_at=now - timedelta(days=3))
    for _ in range(2):
        queued("Something else", created_at=now)

    answer = client.get(LIST, {"q": "dune", "state__exact": "sent"})

    assert list(answer.context["cl"].result_list) == [old]
    assert "Searched the newest" not in answer.content.decode()
