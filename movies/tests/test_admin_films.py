import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse
from django.utils import timezone

from movies.models import Genre, Hit, Movie, Refill, RefillItem, SearchTerm
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def film() -> Movie:
    film = Movie.objects.create(imdb_id="tt1160419", title="Dune", year=2021, kind="movie")
    film.genres.add(Genre.objects.create(name="Drama"))
    return film


def page(client, film: Movie, **query: object) -> str:
    url = reverse("admin:movies_movie_change", args=[film.pk])
    return client.get(url, query).content.decode()


def found(client, text: str) -> list[str]:
    response = client.get(reverse("admin:movies_movie_changelist"), {"q": text})
    return [film.title for film in response.context["cl"].result_list]


def test_a_film_is_found_by_its_title_or_its_whole_imdb_id(admin_client, film):
    assert found(admin_client, "dun") == ["Dune"]
    assert found(admin_client, " tt1160419 ") == ["Dune"]
    assert found(admin_client, "tt1160418") == []


def test_a_film_without_details_says_what_would_bring_them(admin_client, film):
    html = page(admin_client, film)

    assert "Lacks details" in html
    assert "A re-fill fetches the rest." in html
    assert "Ask an operator" not in html


def test_with_a_key_a_film_without_details_says_that_they_cost_a_call(admin_client, film, settings):
    settings.OMDB_DEMO = False

    assert "A re-fill fetches the rest, for one call." in page(admin_client, film)


def test_whoever_may_not_refill_a_film_is_told_whom_to_ask(client, member, film):
    client.force_login(member("Viewers"))

    assert "A re-fill fetches the rest. Ask an operator." in page(client, film)


@pytest.mark.parametrize(("demo", "told"), [(True, "The demo catalogue"), (False, "OMDb")])
def test_a_complete_film_says_who_told_its_details(admin_client, film, settings, demo, told):
    settings.OMDB_DEMO = demo
    Movie.objects.update(is_full_record=True)

    assert f"{told} told its details" in page(admin_client, film)


def test_a_film_that_is_being_refilled_says_so_everywhere(admin_client, film):
    term = SearchTerm.objects.create(term="arrakis")
    Hit.objects.create(term=term, movie=film, rank=1, seen_by="0" * 32)
    RefillItem.objects.create(refill=Refill.objects.create(), movie=film)

    for html in (
        page(admin_client, film),
        admin_client.get(reverse("admin:movies_movie_changelist")).content.decode(),
        admin_client.get(
            reverse("admin:movies_searchterm_change", args=[term.pk])
        ).content.decode(),
    ):
        assert "Being re-filled" in html
        assert 'state-rest"><span class="state-icon" aria-hidden="true">○</span>Lacks' not in html
    assert "Its details appear here when the demo catalogue has answered." in page(
        admin_client, film
    )


def test_a_film_whose_refill_has_ended_is_not_being_refilled(admin_client, film):
    RefillItem.objects.create(refill=Refill.objects.create(), movie=film, state="failed")

    assert "Being re-filled" not in page(admin_client, film)


def test_what_a_film_lacks_is_left_out_of_its_row_on_phones(admin_client):
    Movie.objects.create(imdb_id="tt0000001", title="Untold")

    html = admin_client.get(reverse("admin:movies_movie_changelist")).content.decode()

    assert html.count('<span class="nothing">—</span>') == 3


def test_a_complete_film_shows_its_facts(admin_client, film):
    film.is_full_record, film.filled_at = True, timezone.now()
    film.runtime_minutes, film.end_year, film.plot = 155, 2024, "A duke's son."
    film.save()

    html = page(admin_client, film)

    for fact in ("155 min", "2021\N{EN DASH}2024", "A duke&#x27;s son.", "just now", "Drama"):
        assert fact in html


def test_a_poster_comes_from_omdbs_hosts_alone(admin_client, film):
    film.poster_url = "https://m.media-amazon.com/dune.jpg"
    film.save()

    response = admin_client.get(reverse("admin:movies_movie_change", args=[film.pk]))

    assert 'src="https://m.media-amazon.com/dune.jpg"' in response.content.decode()
    assert "no-referrer" in response.content.decode()
    assert "https://m.media-amazon.com" in response["Content-Security-Policy"]


def test_a_poster_from_elsewhere_is_not_asked_for(admin_client, film):
    film.poster_url = "https://m.media-amazon.com.example.org/dune.jpg"
    film.save()

    assert "example.org" not in page(admin_client, film)


def test_the_list_of_films_shows_what_is_known(admin_client, film):
    film.runtime_minutes = 155
    film.save()

    html = admin_client.get(reverse("admin:movies_movie_changelist")).content.decode()

    for words in ("<bdi>Dune</bdi>", "2021", "155 min", "Drama", "Lacks details"):
        assert words in html


def test_the_list_of_films_may_not_load_posters(admin_client):
    response = admin_client.get(reverse("admin:movies_movie_changelist"))

    assert "amazon" not in response["Content-Security-Policy"]


def test_a_film_names_the_terms_that_find_it(admin_client, film):
    term = SearchTerm.objects.create(term="arrakis")
    Hit.objects.create(term=term, movie=film, rank=1234, seen_by="0" * 32)

    html = page(admin_client, film)

    assert reverse("admin:movies_searchterm_change", args=[term.pk]) in html
    assert "1,234" in html


def test_a_film_shows_what_refills_changed(admin_client, film):
    changes = [
        {"field": "runtime_minutes", "before": None, "after": 155},
        {"field": "genres", "before": [], "after": ["Drama", "War"]},
        {"field": "kind", "before": "movie", "after": "radio"},
        {"field": "plot", "before": "", "after": "word " * 100},
    ]
    RefillItem.objects.create(
        refill=Refill.objects.create(), movie=film, changes=changes, finished_at=timezone.now()
    )

    html = page(admin_client, film, tab="changes")

    for words in ("Runtime", "155 min", "Drama, War", "Film", "radio"):
        assert words in html
    assert "word " * 50 not in html


def test_a_films_history_has_the_refills_and_what_staff_did(admin_client, admin_user, film):
    refill = Refill.objects.create(requested_by=admin_user)
    RefillItem.objects.create(refill=refill, movie=film)
    RefillItem.objects.create(refill=Refill.objects.create(), movie=film)
    LogEntry.objects.log_actions(
        admin_user.pk, [film], CHANGE, "Looked at closely.", single_object=True
    )

    html = page(admin_client, film, tab="history")

    assert "Looked at closely." in html
    assert f"Re-fill {refill.pk}" in html


def test_a_film_shows_no_rooms_that_are_closed_to_the_reader(client, film):
    changed = [{"field": "plot", "before": "", "after": "A duke's son."}]
    RefillItem.objects.create(refill=Refill.objects.create(), movie=film, changes=changed)
    Hit.objects.create(
        term=SearchTerm.objects.create(term="arrakis"), movie=film, rank=1, seen_by="0" * 32
    )
    client.force_login(allowed("view_movie"))

    for tab in ("terms", "changes", "history"):
        html = page(client, film, tab=tab)
        assert "Drama" in html
        for hidden in ("arrakis", "duke", "Re-fill 1", "/movies/genre/", "tab=terms"):
            assert hidden not in html


def test_the_admins_history_page_leads_to_the_films_own(admin_client, film):
    response = admin_client.get(reverse("admin:movies_movie_history", args=[film.pk]))

    assert response.url == f"{reverse('admin:movies_movie_change', args=[film.pk])}?tab=history"


def test_a_genre_leads_to_its_films(admin_client, film):
    genre = film.genres.get()
    films = f"{reverse('admin:movies_movie_changelist')}?genre={genre.pk}"

    for url in (
        reverse("admin:movies_genre_changelist"),
        reverse("admin:movies_genre_change", args=[genre.pk]),
    ):
        assert films in admin_client.get(url).content.decode()
    assert "1 film" in admin_client.get(url).content.decode()
