"""The lists of all records and the pages of terms; other pages have files of their own."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from movies import formats, searching, services
from movies.models import Genre, Hit, Movie, Origin, Outcome, Refill, RefillItem, Search, SearchTerm
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

RECORDS = ("searchterm", "search", "movie", "genre", "refill")


def page(client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(f"admin:movies_{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def dune() -> SearchTerm:
    """A term that the demo catalogue has answered."""
    search = services.request_search("dune", origin=Origin.VISITOR, in_place=True)
    searching.run(search.pk)
    return SearchTerm.objects.get(term="dune")


@pytest.fixture
def film() -> Movie:
    film = Movie.objects.create(imdb_id="tt1160419", title="Dune", year=2021)
    film.genres.add(Genre.objects.create(name="Drama"))
    return film


@pytest.mark.parametrize("name", RECORDS)
def test_an_empty_list_says_why(admin_client, name):
    html = page(admin_client, f"{name}_changelist")

    assert "No " in html
    assert "yet." in html


@pytest.mark.parametrize("name", RECORDS)
def test_a_list_that_matches_nothing_offers_to_clear_the_filters(admin_client, name, dune):
    narrowed = {"day_from": "2100-01-01"} if name == "refill" else {"q": "nothing"}

    assert "Clear filters" in page(admin_client, f"{name}_changelist", **narrowed)


@pytest.mark.parametrize("name", RECORDS)
def test_nobody_adds_or_removes_what_happened(admin_client, name):
    assert admin_client.get(reverse(f"admin:movies_{name}_add")).status_code == 403


def test_nobody_edits_what_happened(admin_client, film):
    url = reverse("admin:movies_movie_change", args=[film.pk])

    assert admin_client.post(url, {"title": "Another"}).status_code == 403
    assert 'name="_save"' not in page(admin_client, "movie_change", film.pk)


@pytest.mark.parametrize("name", RECORDS)
def test_a_list_costs_the_same_however_many_rows(
    admin_client, name, film, dune, django_assert_max_num_queries
):
    def add_rows(batch: int) -> None:
        for number in range(batch * 5, batch * 5 + 5):
            term = SearchTerm.objects.create(term=f"term {number}", total_results=9)
            Search.objects.create(term=term, origin=Origin.VISITOR, outcome=Outcome.CACHED)
            movie = Movie.objects.create(imdb_id=f"tt{number:07}", title=f"Film {number}")
            movie.genres.add(Genre.objects.create(name=f"Genre {number}"))
            Hit.objects.create(term=term, movie=movie, rank=1, seen_by=dune.searches.get().uuid)
            RefillItem.objects.create(refill=Refill.objects.create(), movie=movie)

    add_rows(0)
    url = reverse(f"admin:movies_{name}_changelist")
    admin_client.get(url)
    cache.clear()  # badges are counted each time
    with django_assert_max_num_queries(30) as few:
        admin_client.get(url)
    add_rows(1)
    cache.clear()  # badges are counted each time
    with django_assert_max_num_queries(len(few.captured_queries)):
        admin_client.get(url)


def test_a_term_says_what_is_held_and_was_searched(admin_client, dune):
    html = page(admin_client, "searchterm_change", dune.pk)

    assert "First asked by a visitor" in html
    assert "All 3 films held" in html
    assert 'aria-valuetext="All 3 films held"' in html
    assert "Fetch the rest" not in html
    assert html.index("Dune</bdi>") < html.index("Dune: Part Two</bdi>")


@pytest.mark.parametrize(
    ("is_demo", "words"),
    [(False, "Fetch the rest, about 12 calls</a>"), (True, "Fetch the rest</a>")],
)
def test_a_term_of_which_films_are_missing_offers_the_rest(
    admin_client, dune, settings, is_demo, words
):
    settings.OMDB_DEMO = is_demo
    SearchTerm.objects.filter(pk=dune.pk).update(total_results=117, is_short=True)

    html = page(admin_client, "searchterm_change", dune.pk)

    assert "3 of 117 films held" in html
    assert words in html


def test_a_term_of_one_film_says_that_it_is_held(admin_client, dune):
    Hit.objects.filter(term=dune, rank__gt=1).delete()
    SearchTerm.objects.filter(pk=dune.pk).update(total_results=1)

    assert "Its one film is held" in page(admin_client, "searchterm_change", dune.pk)


def test_films_that_omdb_counts_and_does_not_list_are_not_offered(admin_client, dune, settings):
    settings.OMDB_DEMO = False
    SearchTerm.objects.filter(pk=dune.pk).update(total_results=4, answered_by_demo=False)

    html = page(admin_client, "searchterm_change", dune.pk)

    assert "3 of 4 films held; OMDb lists no more" in html
    assert "Fetch the rest" not in html


def test_a_term_without_an_answer_says_so(admin_client):
    term = SearchTerm.objects.create(term="xyz", origin=Origin.IMPORT)

    html = page(admin_client, "searchterm_change", term.pk)

    assert "Not answered yet" in html
    assert "First asked by an import, last answered never" in html
    assert "No film is held for this term." in html


def test_a_terms_tabs_show_its_searches_and_its_history(admin_client, dune):
    assert "New films" in page(admin_client, "searchterm_change", dune.pk, tab="searches")
    assert "Nobody has done anything" in page(
        admin_client, "searchterm_change", dune.pk, tab="history"
    )


def test_a_term_names_how_many_rows_are_shown_of_more(admin_client, dune):
    for _ in range(20):
        services.request_search("dune", origin=Origin.VISITOR)

    assert "The newest 20 searches." in page(
        admin_client, "searchterm_change", dune.pk, tab="searches"
    )


def search_again(client, term: SearchTerm, **headers: str):
    url = reverse("admin:movies_searchterm_search_again", args=[term.pk])
    return client.post(url, {"_form_submitted": "on"}, headers=headers)


def test_searching_again_asks_first_and_says_what_it_costs(admin_client, dune, settings):
    url = reverse("admin:movies_searchterm_search_again", args=[dune.pk])

    assert "no OMDb calls are spent" in admin_client.get(url).content.decode()
    settings.OMDB_DEMO = False
    assert "About 1 OMDb call. 1,000 of 1,000 are left" in admin_client.get(url).content.decode()
    assert dune.searches.count() == 1


def test_searching_again_asks_omdb_though_the_term_is_fresh(admin_client, admin_user, dune):
    response = search_again(admin_client, dune, HX_Request="true")

    again = dune.searches.first()
    assert response["HX-Redirect"] == reverse("admin:movies_searchterm_change", args=[dune.pk])
    assert (again.outcome, again.origin, again.requested_by) == ("", Origin.STAFF, admin_user)
    assert f"Searched again: search {again.pk}." in LogEntry.objects.get().change_message


def test_searching_again_answers_with_a_link(admin_client, dune):
    response = search_again(admin_client, dune)

    html = admin_client.get(response.url).content.decode()
    assert reverse("admin:movies_search_change", args=[dune.searches.first().pk]) in html


def test_what_an_erased_term_said_is_not_searched_again(admin_client, dune):
    SearchTerm.objects.filter(pk=dune.pk).update(erased_at=timezone.now())

    response = search_again(admin_client, dune)

    assert "Its text was erased" in admin_client.get(response.url).text
    assert dune.searches.count() == 1


def test_searching_again_twice_searches_once(admin_client, admin_user, dune):
    search_again(admin_client, dune)
    response = search_again(admin_client, dune)

    assert dune.searches.count() == 2
    assert LogEntry.objects.count() == 1
    assert "Already done by admin" in admin_client.get(response.url).content.decode()


def test_a_visitors_search_is_not_repeated_while_it_runs(admin_client):
    search = services.request_search("dune", origin=Origin.VISITOR)

    response = search_again(admin_client, search.term)

    assert "Already done by Visitor" in admin_client.get(response.url).content.decode()


def test_a_dialog_left_open_searches_nothing_when_the_search_has_ended(admin_client, dune):
    search_again(admin_client, dune)
    searching.run(dune.searches.first().pk)

    response = search_again(admin_client, dune)

    assert dune.searches.count() == 2
    assert "Already done by admin, " in admin_client.get(response.url).content.decode()


def test_a_minute_later_searching_again_is_another_wish(admin_client, dune):
    search_again(admin_client, dune)
    searching.run(dune.searches.first().pk)
    dune.searches.update(created_at=timezone.now() - timedelta(minutes=2))

    search_again(admin_client, dune)

    assert dune.searches.count() == LogEntry.objects.count() + 1 == 3


@pytest.mark.parametrize("pk", ["99", "abc", "9" * 29, "9" * 5000, "\0", "1/2"])
def test_searching_a_term_again_that_is_gone_is_not_found(admin_client, pk):
    url = reverse("admin:movies_searchterm_search_again", args=[pk])

    assert admin_client.get(url).status_code == 404
    assert search_again(admin_client, SearchTerm(pk=pk)).status_code == 404


def test_a_term_shows_no_rooms_that_are_closed_to_the_reader(client, dune):
    client.force_login(allowed("view_searchterm"))

    html = page(client, "searchterm_change", dune.pk, tab="searches")

    assert "?tab=searches" not in html
    assert "?tab=films" not in html
    assert "Nothing is merged with it, and no other term looks like it." in html


def test_a_search_names_its_term_but_links_it_only_for_who_may_open_it(client, dune):
    client.force_login(allowed("view_search"))

    for html in (
        page(client, "search_changelist"),
        page(client, "search_change", dune.searches.get().pk),
    ):
        assert "<bdi>dune</bdi>" in html
        assert "/admin/movies/searchterm/" not in html


def test_whoever_may_not_search_a_term_again_is_told_whom_to_ask(
    client, member, admin_client, dune
):
    asks = "Ask an operator to search it again."
    assert asks not in page(admin_client, "searchterm_change", dune.pk)

    client.force_login(member("Viewers"))

    assert asks in page(client, "searchterm_change", dune.pk)


def test_a_long_term_is_cut_in_the_list_and_whole_on_hover(admin_client):
    term = "a" * 100
    SearchTerm.objects.create(term=term)

    assert f'<bdi class="cut" title="{term}">' in page(admin_client, "searchterm_changelist")


def test_a_term_without_an_answer_leaves_the_time_out_of_its_row_on_phones(admin_client):
    SearchTerm.objects.create(term="xyz")

    assert formats.NOTHING in page(admin_client, "searchterm_changelist")
