import uuid
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from movies.models import Origin, Outcome, Search, SearchTerm
from movies.tests.search_pages import address, ended, make_search, post, progress, words
from movies.views import RECENT_COOKIE

pytestmark = pytest.mark.django_db

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
