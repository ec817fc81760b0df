"""Asking for a re-fill and starting it once. Of which films: test_admin_refill_choice.py."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from movies import calls, services
from movies.admin.refilling import LOGGED
from movies.models import Movie, OmdbDay, Refill
from movies.tests.films import films
from movies.tests.refill_pages import START, ask, start

pytestmark = pytest.mark.django_db


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


def test_what_running_re_fills_still_take_does_not_fit_twice(admin_client, real_omdb):
    OmdbDay.objects.update(calls=795)
    pks = films(lacking=6, complete=0)
    services.refill(pks[:3])

    html = ask(admin_client, pks[3:])

    assert "205 of 1,000 are left, 200 reserved for visitors, 3 for re-fills that run: " in html
    assert "2 fit today; 1 waits until <time" in html


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


def test_a_viewer_may_not_start_one(client, member):
    client.force_login(member("Viewers"))

    assert start(client, films(lacking=1, complete=0)).status_code == 403
    assert not Refill.objects.exists()
