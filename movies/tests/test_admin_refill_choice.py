"""Of which films a re-fill is asked for: all that a filter finds, a term's, what others fetch."""

import re
import threading
import uuid

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from movies import batches, services
from movies.models import Hit, Movie, Refill, RefillItem, SearchTerm
from movies.tests.films import films
from movies.tests.refill_pages import FILMS, START, ask, start

pytestmark = pytest.mark.django_db


def ask_for_all(client, query: str = "") -> dict[str, str]:
    """Tick all that match, on every page; return the fields of the question and its words."""
    data = {"action": "refill_selected", "select_across": "1", "_selected_action": "1"}
    html = client.post(f"{FILMS}?{query}", data).content.decode()
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)
    return dict(fields) | {"words": html}


def test_everything_that_a_filter_matches_is_asked_about_with_its_count(admin_client):
    films(lacking=60, complete=2)

    question = ask_for_all(admin_client, "complete=no&p=2")

    assert "Re-fill 60 films?" in question["words"]
    assert "60 lack details." in question["words"]
    assert question["filter"] == "complete=no"
    assert "films" not in question


def test_the_filter_is_asked_again_when_it_is_answered(admin_client):
    pks = films(lacking=3, complete=2)
    question = ask_for_all(admin_client, "complete=no")
    Movie.objects.filter(pk=pks[0]).update(is_full_record=True)
    Movie.objects.create(imdb_id="tt9999999", title="Came since")

    response = admin_client.post(START, {**question, "choice": "incomplete"}, follow=True)

    items = Refill.objects.get().items.order_by("pk")
    assert list(items.values_list("movie_id", flat=True)) == pks[1:3]
    assert response.redirect_chain == [(f"{FILMS}?complete=no", 302)]


def test_more_than_a_refill_holds_is_said_and_left_out(admin_client, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 2)
    films(lacking=3, complete=0)

    question = ask_for_all(admin_client)
    admin_client.post(START, {**question, "choice": "incomplete"})

    assert "Re-fill 2 films?" in question["words"]
    assert "Those are the first 2: 1 are left out." in question["words"]
    assert Refill.objects.get().items.count() == 2


def test_the_films_of_a_term_are_asked_about_and_started(admin_client):
    term = SearchTerm.objects.create(term="dune")
    for rank, pk in enumerate(films(lacking=2, complete=1)[:2], start=1):
        Hit.objects.create(term=term, movie_id=pk, rank=rank, seen_by=uuid.uuid4())
    page = reverse("admin:movies_searchterm_change", args=[term.pk])

    html = admin_client.get(
        reverse("admin:movies_searchterm_refill_films", args=[term.pk])
    ).content.decode()
    response = admin_client.post(
        START, {"term": term.pk, "choice": "incomplete", "token": uuid.uuid4()}, follow=True
    )

    assert "Re-fill 2 films?" in html
    assert response.redirect_chain == [(page, 302)]
    assert Refill.objects.get().films == 2


def test_the_films_of_a_term_that_is_gone_are_not_found(admin_client):
    url = reverse("admin:movies_searchterm_refill_films", args=[99])

    assert admin_client.get(url).status_code == 404


def test_films_that_another_refill_fetches_are_left_to_it(admin_client):
    pks = films(lacking=3, complete=0)
    services.refill(pks[:1])

    html = ask(admin_client, pks)
    start(admin_client, pks)

    assert "Re-fill 2 films?" in html
    assert "2 lack details. 1 more is being re-filled already." in html
    assert Refill.objects.first().films == 2


def test_of_a_paused_refill_films_can_be_had_by_another(admin_client):
    pks = films(lacking=1, complete=0)
    services.refill(pks)
    Refill.objects.update(paused_at=timezone.now())

    start(admin_client, pks)

    assert Refill.objects.count() == 2


def test_films_that_are_all_being_refilled_say_by_whom(admin_client, client, member):
    pks = films(lacking=2, complete=0)
    start(admin_client, pks)
    client.force_login(member("Operators"))

    asked = client.post(FILMS, {"action": "refill_selected", "_selected_action": pks}, follow=True)
    answered = start(client, pks)

    for response in (asked, answered):
        assert "Already done by admin, " in response.content.decode()
    assert Refill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_start_the_same_at_the_same_moment_one_does(broker):
    pks = films(lacking=20, complete=0)
    both = threading.Barrier(2)
    started = []

    def press() -> None:
        both.wait()
        started.append(services.refill(pks))
        connection.close()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert started.count(None) == 1
    assert RefillItem.objects.count() == 20
