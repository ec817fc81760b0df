import pytest

from movies import searching
from movies.models import Genre, Hit, Movie, Outcome, Search
from movies.tests.search_pages import (
    add_films,
    address,
    ended,
    post,
    shown_titles,
    words,
)

pytestmark = pytest.mark.django_db


def test_films_stand_in_the_terms_own_rank(client):
    search = ended(Outcome.FETCHED, films=3)
    other = ended(Outcome.FETCHED, "other")
    for rank, movie in enumerate(Movie.objects.order_by("-pk"), start=1):
        Hit.objects.create(term=other.term, movie=movie, rank=rank, seen_by=other.uuid)

    assert shown_titles(client, search) == ["Film 1", "Film 2", "Film 3"]
    assert shown_titles(client, other) == ["Film 3", "Film 2", "Film 1"]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [("", 1), ("2", 25), ("3", 49), ("4", 49), ("0", 1), ("-1", 1), ("x", 1), ("9" * 5000, 1)],
)
def test_a_page_that_is_not_there_gives_the_nearest(client, wanted, first):
    search = ended(Outcome.FETCHED, films=50)

    assert shown_titles(client, search, page=wanted)[0] == f"Film {first}"


def test_pages_are_linked_to_their_neighbours(client):
    page = words(client, ended(Outcome.FETCHED, films=50), page="2")

    assert 'href="?page=1">Previous</a>' in page
    assert "Page 2 of 3" in page
    assert 'href="?page=3">Next</a>' in page


def test_a_page_costs_the_same_however_many_films(client, django_assert_num_queries):
    search = ended(Outcome.FETCHED, films=5)
    for movie in Movie.objects.all():
        movie.genres.add(*(Genre.objects.get_or_create(name=name)[0] for name in ("Drama", "War")))
    with django_assert_num_queries(5):
        client.get(address(search))

    add_films(search, 15, first=6)

    with django_assert_num_queries(5):
        assert client.get(address(search)).content.count(b"<h2>") == 20


def test_a_card_leaves_out_what_is_not_known(client):
    search = ended(Outcome.FETCHED, films=1)
    Movie.objects.update(year=None)

    page = words(client, search)

    assert "<h2>Film 1</h2>" in page
    assert 'class="facts"' not in page
    assert 'class="genres"' not in page


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"year": 2010, "end_year": 2015}, "<span>2010–2015</span>"),  # noqa: RUF001
        ({"year": 2010, "end_year": 2010}, "<span>2010</span>"),
        ({"runtime_minutes": 143}, "<span>2 h 23 min</span>"),
        ({"runtime_minutes": 120}, "<span>2 h</span>"),
        ({"runtime_minutes": 45}, "<span>45 min</span>"),
    ],
)
def test_years_and_runtime_read_like_words(client, facts, shown):
    search = ended(Outcome.FETCHED, films=1)
    Movie.objects.update(**facts)

    assert shown in words(client, search)


def test_genres_stand_on_the_card(client):
    search = ended(Outcome.FETCHED, films=1)
    for name in ("War", "Drama"):
        Movie.objects.get().genres.add(Genre.objects.create(name=name))

    assert '<p class="genres">Drama, War</p>' in words(client, search)


@pytest.mark.parametrize(
    ("url", "is_shown"),
    [
        ("https://m.media-amazon.com/images/a.jpg", True),
        ("http://m.media-amazon.com/images/a.jpg", False),
        ("https://m.media-amazon.com.evil.example/a.jpg", False),
        ("https://m.media-amazon.com@evil.example/a.jpg", False),
        ("javascript:alert(1)", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_posters_of_omdbs_own_hosts_are_shown(client, url, is_shown):
    search = ended(Outcome.FETCHED, films=1)
    Movie.objects.update(poster_url=url)

    assert ("<img" in words(client, search)) is is_shown


def test_a_real_search_shows_real_films(client, omdb):
    location = post(client, "dune")["Location"]
    search = Search.objects.get()
    searching.run(search.pk)

    page = client.get(location).content.decode()

    assert "<h2>Dune</h2>" in page
    assert 'value="dune"' in page
