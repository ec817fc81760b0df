"""Asking for a re-fill and starting it once. Watching it: test_admin_progress.py."""

import re
import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from movies import batches, calls, services
from movies.admin.refilling import LOGGED
from movies.models import Hit, Movie, OmdbDay, Refill, RefillItem, SearchTerm
from movies.tests.films import films

pytestmark = pytest.mark.django_db

FILMS = reverse("admin:movies_movie_changelist")
START = reverse("admin:movies_movie_refill")


def ask(client, pks: list[int]) -> str:
    data = {"action": "refill_selected", "_selected_action": pks}
    return client.post(FILMS, data).content.decode()


def start(client, pks: list[int], *, choice: str = "incomplete", token: object = None, **more):
    answer = {
        "films": ",".join(map(str, pks)),
        "choice": choice,
        "token": token or uuid.uuid4(),
        **more,
    }
    return client.post(START, answer, follow=True)


@pytest.fixture
def real_omdb(settings):
    """Calls count; 412 of the day's 1,000 are left."""
    settings.OMDB_DEMO = False
    settings.OMDB_DAILY_LIMIT = 1000
    calls.spend_for_visitor()
    OmdbDay.objects.update(calls=588)


def test_the_question_says_what_is_lacking_and_what_it_costs(admin_client, real_omdb):
    html = ask(admin_client, films(lacking=3, complete=2))

    for words in (
        "Re-fill 5 films?",
        "3 lack details, 2 are complete.",
        "Only the 3",
        "All 5",
        "About 3 OMDb calls. 412 of 1,000 are left, 200 reserved for visitors: all fit.",
        "Re-fill 3 films",
    ):
        assert words in html
    assert not Refill.objects.exists()


def test_what_does_not_fit_today_waits_and_says_until_when(admin_client, real_omdb):
    OmdbDay.objects.update(calls=798)

    html = ask(admin_client, films(lacking=5, complete=0))

    assert "2 fit today; 3 wait until <time" in html
    assert "and continue by themselves." in html
    assert "5 lack details." in html


def test_while_omdb_refuses_the_question_says_when_it_is_asked_again(admin_client, real_omdb):
    OmdbDay.objects.update(refused_at=timezone.now())

    html = ask(admin_client, films(lacking=2, complete=0))

    until = re.search(r'2 wait until <time datetime="([^"]+)"', html)
    assert datetime.fromisoformat(until[1]) <= timezone.now() + timedelta(hours=1)


def test_a_single_film_that_does_not_fit_waits_by_itself(admin_client, real_omdb):
    OmdbDay.objects.update(calls=800)

    html = ask(admin_client, films(lacking=1, complete=0))

    assert "0 fit today; 1 waits until" in html
    assert "continues by itself." in html


def test_films_that_are_all_complete_are_asked_for_again_only_on_purpose(admin_client):
    html = ask(admin_client, films(lacking=0, complete=2))

    assert "All 2 are complete. Choose All to ask the demo catalogue again." in html
    assert "choice: ''" in html


def test_with_a_key_the_question_names_omdb(admin_client, real_omdb):
    assert "Choose All to ask OMDb again." in ask(admin_client, films(lacking=0, complete=2))
    assert "OMDb is asked again." in ask(admin_client, [Movie.objects.first().pk])


@pytest.mark.parametrize(("year", "name"), [(2021, "“Dune” (2021)"), (None, "“Dune”")])
def test_the_question_about_one_film_names_it(admin_client, year, name):
    film = Movie.objects.create(imdb_id="tt1160419", title="Dune", year=year)

    assert f"Re-fill {name}?" in ask(admin_client, [film.pk])


@pytest.mark.parametrize(
    ("lacking", "words"),
    [(1, "It lacks details."), (0, "It is complete: the demo catalogue is asked again.")],
)
def test_one_film_needs_no_choice(admin_client, lacking, words):
    (pk,) = films(lacking=lacking, complete=1 - lacking)

    html = admin_client.get(reverse("admin:movies_movie_refill_one", args=[pk])).content.decode()

    assert words in html
    assert 'type="radio"' not in html
    assert "The demo catalogue answers: no OMDb calls are spent." in html


def test_one_call_fits(admin_client, real_omdb):
    assert "reserved for visitors: it fits." in ask(admin_client, films(lacking=1, complete=0))


def test_one_of_each_is_said_in_the_singular(admin_client):
    assert "1 lacks details, 1 is complete." in ask(admin_client, films(lacking=1, complete=1))


def test_a_film_that_is_gone_is_not_asked_about(admin_client):
    url = reverse("admin:movies_movie_refill_one", args=[99])

    assert "These films are gone." in admin_client.get(url, follow=True).content.decode()


def test_starting_fills_only_those_that_lack_details(admin_client, admin_user):
    pks = films(lacking=2, complete=1)

    response = start(admin_client, pks, reason="Runtimes")

    refill = Refill.objects.get()
    assert [item.movie_id for item in refill.items.all()] == pks[:2]
    assert (refill.requested_by, refill.reason) == (admin_user, "Runtimes")
    assert f"Re-fill {refill.pk}</bdi></a> started: 2 films." in response.content.decode()


def test_starting_is_written_down_with_who_and_which(admin_client, admin_user):
    start(admin_client, films(lacking=2, complete=0))

    entry = LogEntry.objects.get()
    assert entry.user == admin_user
    assert entry.change_message == "Re-fill of 2 films: tt0000000, tt0000001."


def test_of_very_many_films_the_log_names_the_first(admin_client):
    start(admin_client, films(lacking=LOGGED + 2, complete=0))

    words = LogEntry.objects.get().change_message
    assert words.startswith("Re-fill of 102 films: tt0000000, ")
    assert words.endswith("tt0000099 and 2 more.")


def test_starting_all_asks_again_for_complete_ones(admin_client):
    start(admin_client, films(lacking=1, complete=1), choice="all")

    assert Refill.objects.get().items.count() == 2


def test_starting_one_film_leads_back_to_it(admin_client):
    (pk,) = films(lacking=1, complete=0)

    response = start(admin_client, [pk])

    assert response.redirect_chain == [(reverse("admin:movies_movie_change", args=[pk]), 302)]


def test_the_same_question_answered_twice_starts_one(admin_client):
    token = uuid.uuid4()
    pks = films(lacking=2, complete=0)
    start(admin_client, pks, token=token)

    response = start(admin_client, pks, token=token)

    assert Refill.objects.count() == LogEntry.objects.count() == 1
    assert "Already done by admin, " in response.content.decode()


def test_films_completed_meanwhile_need_no_refill(admin_client):
    response = start(admin_client, films(lacking=0, complete=2))

    assert "Nothing to re-fill" in response.content.decode()


@pytest.mark.parametrize(
    "named",
    [
        {"films": ""},
        {"films": "one"},
        {"films": "1,"},
        {"films": "1" * 30},
        {"term": "99"},
        {"term": "one"},
        {"filter": "complete=no", "newest": "all"},
        {"filter": "id__in=x", "newest": "5"},
    ],
)
def test_an_answer_that_names_no_films_starts_nothing(admin_client, named):
    response = admin_client.post(
        START, {**named, "choice": "all", "token": uuid.uuid4()}, follow=True
    )

    assert "Nothing was re-filled" in response.content.decode()
    assert not Refill.objects.exists()


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


def test_a_viewer_may_not_start_one(client, member):
    client.force_login(member("Viewers"))

    assert start(client, films(lacking=1, complete=0)).status_code == 403
    assert not Refill.objects.exists()
