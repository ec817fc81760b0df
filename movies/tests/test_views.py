import html
import uuid
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies import searching
from movies.models import Genre, Hit, Movie, Origin, Outcome, Search, SearchTerm
from movies.views import RECENT_COOKIE

pytestmark = pytest.mark.django_db

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}


def make_search(text: str = "dune", *, films: int = 0, **facts) -> Search:
    """Return a search by a visitor, and as many films that it found."""
    term, _ = SearchTerm.objects.get_or_create(term=text)
    search = Search.objects.create(term=term, origin=Origin.VISITOR, **facts)
    add_films(search, films)
    return search


def add_films(search: Search, count: int, first: int = 1) -> None:
    for rank in range(first, first + count):
        movie = Movie.objects.create(
            imdb_id=f"tt{search.pk:03}{rank:05}", title=f"Film {rank}", year=1999
        )
        Hit.objects.create(term=search.term, movie=movie, rank=rank, seen_by=search.uuid)


def ended(outcome: str, text: str = "dune", **facts) -> Search:
    return make_search(text, outcome=outcome, finished_at=timezone.now(), **facts)


def address(search: Search) -> str:
    return reverse("movies:results", args=[search.uuid])


def words(client, search: Search, **query: str) -> str:
    """Return what the page of a search says, its entities resolved."""
    response = client.get(address(search), query)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def shown_titles(client, search: Search, **query: str) -> list[str]:
    return [film.title for film in client.get(address(search), query).context["shown"].films]


def post(client, term: str = "dune", **extra):
    return client.post("/searches/", {"term": term}, headers=BROWSER, **extra)


# --- Asking ---


def test_the_search_page_asks_for_a_film_title(client):
    page = client.get("/").content.decode()

    assert "Film title</label>" in page
    assert ">Search</button>" in page
    assert "autofocus" in page
    assert "Your recent searches" not in page


def test_every_page_says_demo_when_the_catalogue_answers(client, settings):
    settings.OMDB_DEMO = True
    label = "Demo: films from a small built-in catalogue"

    assert label in client.get("/").content.decode()
    assert label in words(client, ended(Outcome.NOT_FOUND))
    assert label in post(client, "").content.decode()
    assert label in client.get(f"/searches/{uuid.uuid4()}/").content.decode()

    settings.OMDB_DEMO = False
    assert "Demo" not in client.get("/").content.decode()


def test_a_search_is_written_and_its_page_shown(client):
    response = post(client, "  The DUNE ")

    search = Search.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"/searches/{search.uuid}/"
    assert search.term.term == "the dune"
    assert (search.origin, search.is_bot, search.requested_by) == ("visitor", False, None)
    assert len(search.actor) == 32


def test_a_machine_is_noted(client):
    client.post("/searches/", {"term": "dune"}, headers={"User-Agent": "Googlebot/2.1"})

    assert Search.objects.get().is_bot


def test_a_broker_that_is_away_costs_nobody_a_page(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = post(client)

    assert client.get(response["Location"]).status_code == 200


def test_staff_search_as_themselves(client, staff):
    client.force_login(staff)
    post(client)

    search = Search.objects.get()
    assert (search.origin, search.requested_by, search.actor) == ("staff", staff, "")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Type a film title."),
        ("x" * 300, "That is too long: use at most 255 characters."),
        ("du\x00ne", "That contains characters a title cannot have. Type it again."),
    ],
)
def test_what_is_no_title_is_said_beside_the_field(client, typed, message):
    response = post(client, typed)

    page = response.content.decode()
    assert response.status_code == 422
    assert f'<p id="term-error" class="error">{message}</p>' in page
    assert 'aria-describedby="term-error"' in page
    assert "autofocus" in page
    assert f'value="{typed}"' in page
    assert not Search.objects.exists()


def test_a_missing_field_asks_for_a_title(client):
    response = client.post("/searches/", {"title": "dune"})

    assert response.status_code == 422
    assert "Type a film title." in response.content.decode()


def test_a_body_that_is_too_big_gets_a_clear_page(client):
    response = post(client, "x" * (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))

    assert response.status_code == 400
    assert "We could not read that." in response.content.decode()


def test_a_form_without_its_token_gets_a_clear_page():
    response = post(Client(enforce_csrf_checks=True))

    assert response.status_code == 403
    assert "We could not tell that this came from you." in response.content.decode()


def test_opening_the_address_of_the_form_leads_to_the_form(client):
    response = client.get("/searches/")

    assert (response.status_code, response["Location"]) == (302, "/")


def test_each_address_takes_only_its_own_methods(client):
    search = ended(Outcome.NOT_FOUND)

    assert client.put("/searches/").status_code == 405
    for path in ("/", "/healthz", address(search), f"{address(search)}progress/"):
        assert client.post(path).status_code == 405
        assert client.head(path).status_code == 200


# --- Too many searches ---


def made_now(actor: str, count: int, **facts) -> None:
    term, _ = SearchTerm.objects.get_or_create(term="before")
    facts = {"origin": Origin.VISITOR, "outcome": Outcome.CACHED} | facts
    Search.objects.bulk_create([Search(term=term, actor=actor, **facts) for _ in range(count)])


def actor_of(client) -> str:
    post(client)
    return Search.objects.get().actor


def test_the_31st_search_within_a_minute_is_refused(client):
    actor = actor_of(client)
    made_now(actor, 28)

    assert post(client, "the thirtieth").status_code == 303
    response = post(client, "the 31st")

    page = response.content.decode()
    seconds = response["Retry-After"]
    assert response.status_code == 429
    assert 55 <= int(seconds) <= 60
    assert f"Too many searches. Try again in {seconds} s." in page
    assert 'value="the 31st"' in page
    assert not SearchTerm.objects.filter(term="the 31st").exists()


def test_a_minute_later_it_is_allowed_again(client):
    made_now(actor_of(client), 30, created_at=timezone.now() - timedelta(seconds=61))

    assert post(client, "again").status_code == 303


def test_one_clients_searches_are_not_anothers(client):
    made_now(actor_of(client), 30)

    assert post(client, REMOTE_ADDR="198.51.100.9").status_code == 303


def test_staff_are_never_refused(client, staff):
    client.force_login(staff)
    made_now("", 40, origin=Origin.STAFF)

    assert post(client).status_code == 303


# --- Your recent searches ---


def recent(client) -> list[str]:
    return [search.term.term for search in client.get("/").context["recent"]]


def test_recent_searches_are_the_last_five_of_this_browser(client):
    for text in ("one", "two", "three", "four", "five", "six", "THREE"):
        response = post(client, text)

    assert recent(client) == ["three", "six", "five", "four", "two"]
    assert "Your recent searches" in client.get("/").content.decode()
    assert recent(Client()) == []
    cookie = response.cookies[RECENT_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_tampered_cookie_is_ignored(client):
    post(client, "mine")
    other = make_search("not mine")

    value = client.cookies[RECENT_COOKIE].value
    client.cookies[RECENT_COOKIE] = value.replace(value.split(":")[0], other.uuid.hex)

    assert recent(client) == []


# --- While it runs ---


def running(**facts) -> Search:
    facts = {"pages_done": 3, "pages_total": 12, "films_found": 24, "total_results": 117} | facts
    return make_search(started_at=timezone.now(), **facts)


def progress(client, search: Search, **query: str):
    return client.get(f"{address(search)}progress/", query)


def test_progress_names_the_page_and_the_films_so_far(client):
    page = words(client, running(films=3))

    assert "<h1>Asking OMDb: page 3 of 12, 24 films so far</h1>" in page
    assert 'max="12" value="3"' in page
    assert "Film 3" in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page


def test_a_search_that_has_no_page_yet_only_asks(client):
    assert "<h1>Asking OMDb</h1>" in words(client, make_search())


def test_numbers_have_thousands_separators(client):
    search = running(pages_done=1000, pages_total=2345, films_found=10000)

    assert "page 1,000 of 2,345, 10,000 films so far" in words(client, search)


@pytest.mark.parametrize(
    "facts",
    [
        {"created_at": timezone.now() - timedelta(seconds=6)},
        {"started_at": timezone.now(), "lease_until": timezone.now() - timedelta(seconds=1)},
    ],
    ids=["not begun", "broken off"],
)
def test_a_search_that_nobody_runs_waits(client, facts):
    page = words(client, make_search(**facts))

    assert "Your search waits and runs by itself. Come back to this page." in page


def test_a_joined_search_shows_the_progress_of_its_leader(client):
    leader = running(films=2)
    page = words(client, make_search(joined=leader))

    assert "Asking OMDb: page 3 of 12, 24 films so far" in page
    assert "Film 2" in page


def test_films_of_an_older_answer_stay_out_of_a_growing_list(client):
    ended(Outcome.FETCHED, films=3)

    assert shown_titles(client, running()) == []


def test_a_list_being_fetched_is_not_cut_into_pages(client):
    assert len(shown_titles(client, running(films=30), page="2")) == 30


def test_progress_adds_only_what_is_new(client):
    page = progress(client, running(films=30), after="28", known="asking.2.28").content.decode()

    assert page.count("<h2>") == 2
    assert "<h2>Film 30</h2>" in page
    assert 'hx-swap-oob="beforeend:#films"' in page
    assert "after=30&amp;known=asking.3.30" in page
    # Counts are not read aloud, only a new state is.
    assert 'id="news"' not in page


def test_nothing_new_is_nothing_to_send(client):
    response = progress(client, running(films=2), after="2", known="asking.3.2")

    assert (response.status_code, response.content) == (204, b"")


def test_a_new_state_is_read_aloud(client):
    search = make_search(films=2, outcome=Outcome.FETCHED, finished_at=timezone.now())

    page = progress(client, search, after="2", known="asking.1.2").content.decode()

    assert '<p id="news" hx-swap-oob="innerHTML">2 films</p>' in page
    assert "hx-get" not in page
    begun = progress(client, running(), after="0", known="waiting.0.0").content.decode()
    assert '<p id="news" hx-swap-oob="innerHTML">Asking OMDb</p>' in begun


def test_a_list_that_older_films_join_is_drawn_anew(client):
    search = ended(Outcome.FAILED, films=2)

    assert progress(client, search, after="2")["HX-Refresh"] == "true"
    assert "HX-Refresh" not in progress(client, search)


@pytest.mark.parametrize("after", ["-1", "x", "9" * 5000, "1.5", "²"])
def test_garbage_for_after_counts_as_nothing(client, after):
    assert progress(client, running(films=1), after=after).content.count(b"<h2>") == 1


# --- How it ended ---


@pytest.mark.parametrize("outcome", [Outcome.FETCHED, Outcome.NOTHING_NEW])
def test_films_are_counted(client, outcome):
    assert "<h1>2 films</h1>" in words(client, ended(outcome, films=2))
    assert "<h1>1 film</h1>" in words(client, ended(outcome, "other", films=1))


def test_nothing_found_names_the_term(client):
    page = words(client, ended(Outcome.NOT_FOUND, "xyz"))

    assert 'No film called "xyz". Check the spelling or try fewer words.' in page
    assert "refresh" not in page


def test_too_broad_asks_for_a_word(client):
    assert 'Too many films match "up". Add a word.' in words(client, ended("too_many", "up"))


@pytest.mark.parametrize(
    ("last_outcome", "films", "sentence"),
    [
        ("fetched", 2, "<h1>2 films</h1>"),
        ("", 1, "<h1>1 film</h1>"),
        ("too_many", 0, 'Too many films match "dune". Add a word.'),
        ("not_found", 0, 'No film called "dune". Check the spelling or try fewer words.'),
    ],
)
def test_an_answer_from_the_cache_is_the_terms_last(client, last_outcome, films, sentence):
    search = ended(Outcome.CACHED, films=films)
    SearchTerm.objects.update(last_outcome=last_outcome)

    assert sentence in words(client, search)


def test_an_old_link_shows_how_the_term_was_answered_since(client):
    search = ended(Outcome.FAILED, films=2)
    later = timezone.now() + timedelta(minutes=1)
    SearchTerm.objects.update(last_search=later, last_outcome=Outcome.FETCHED)

    assert "<h1>2 films</h1>" in words(client, search)


def test_out_of_budget_says_until_when_in_the_sites_zone(client, settings):
    settings.TIME_ZONE = "Asia/Kolkata"
    tomorrow = timezone.now().astimezone(UTC).replace(hour=0, minute=0) + timedelta(days=1)
    clock = f"{tomorrow.astimezone(ZoneInfo('Asia/Kolkata')):%H:%M}"

    page = words(client, ended(Outcome.OVER_BUDGET, films=1))

    assert f"We cannot look for new films until {clock}. Here is what we have." in page
    assert "Times are in Asia/Kolkata." in page
    assert "Film 1" in page


def test_a_day_later_the_budget_is_no_excuse(client):
    before = timezone.now() - timedelta(days=2)
    search = make_search(outcome=Outcome.OVER_BUDGET, created_at=before, finished_at=before)

    page = words(client, search)

    assert "We cannot look" not in page
    assert "Search again to look now." in page


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.FAILED])
def test_out_of_reach_shows_what_we_have(client, outcome):
    page = words(client, ended(outcome, films=2, message="Invalid API key! 3 workers, a queue"))

    assert "The film database is out of reach. Here is what we have; try later." in page
    assert "Film 2" in page
    assert not {word for word in ("key!", "worker", "queue") if word in page}


def test_without_films_of_its_own_a_title_that_holds_the_term_will_do(client):
    Movie.objects.create(imdb_id="tt0087182", title="Jodorowsky's DUNE", year=2013)
    Movie.objects.create(imdb_id="tt0087183", title="Alien", year=1979)

    assert shown_titles(client, ended(Outcome.FAILED)) == ["Jodorowsky's DUNE"]


def test_lookalikes_end_at_fifty(client):
    Movie.objects.bulk_create(
        Movie(imdb_id=f"tt{number:07}", title=f"Dune {number:02}") for number in range(60)
    )

    assert shown_titles(client, ended(Outcome.FAILED), page="9") == ["Dune 48", "Dune 49"]


def test_having_nothing_is_said(client):
    page = words(client, ended(Outcome.FAILED, "xyz"))

    assert 'We have no film with "xyz" in its title.' in page


@pytest.mark.parametrize("outcome", [Outcome.OVER_BUDGET, Outcome.REFUSED, Outcome.FAILED])
def test_a_search_that_broke_off_says_how_much_is_missing(client, outcome):
    search = ended(outcome, films=60, films_found=60, total_results=1117)

    sentence = "Showing 60 of 1,117 films; the rest could not be fetched."
    assert sentence in words(client, search)


def test_films_held_from_before_are_not_called_missing(client):
    search = ended(Outcome.FAILED, films=12, films_found=10, total_results=12)

    assert "could not be fetched" not in words(client, search)


# --- The films ---


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


# --- Everybody ---


def test_what_was_typed_is_never_markup(client):
    post(client, "<script>alert(1)</script>")
    search = ended(Outcome.NOT_FOUND, "<script>alert(2)</script>")

    for page in (client.get("/"), client.get(address(search)), post(client, "<script>\x07")):
        content = page.content.decode()
        assert "<script>" not in content
        assert "&lt;script&gt;" in content


def test_a_search_nobody_made_is_not_found(client):
    for path in (f"/searches/{uuid.uuid4()}/", f"/searches/{uuid.uuid4()}/progress/", "/nowhere/"):
        response = client.get(path)
        assert response.status_code == 404
        assert "This page does not exist." in response.content.decode()


def test_an_error_of_ours_has_a_page_of_its_own(client, settings):
    client.raise_request_exception = False
    settings.TRUSTED_PROXIES = ["not an address"]

    response = post(client)

    assert response.status_code == 500
    assert "Something went wrong on our side." in response.content.decode()


def test_looking_changes_nothing(client):
    search = make_search(films=2)
    before = list(Search.objects.values()), list(SearchTerm.objects.values())

    client.get(address(search))
    progress(client, search)

    assert (list(Search.objects.values()), list(SearchTerm.objects.values())) == before


def test_anybody_with_the_link_sees_the_same(client):
    location = post(client)["Location"]

    assert Client().get(location).status_code == 200


def test_the_public_pages_evaluate_nothing_and_load_posters(client):
    search = make_search()

    for path in ("/", address(search), f"{address(search)}progress/", f"/searches/{uuid.uuid4()}/"):
        policy = client.get(path)["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "img-src 'self' https://m.media-amazon.com https://ia.media-imdb.com" in policy


def test_health_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")
