"""What every list has in common: what it can be asked, and what it does with nonsense."""

import pytest
from django.urls import reverse

from movies.models import Movie, Origin, Outcome, Refill, Search, SearchTerm

pytestmark = pytest.mark.django_db

FILMS = reverse("admin:movies_movie_changelist")
# One that takes for ever to find that a text does not match.
CATASTROPHE = "(a+)+$"


@pytest.fixture
def search() -> Search:
    term = SearchTerm.objects.create(term="a" * 27 + "!")
    return Search.objects.create(
        term=term, origin=Origin.VISITOR, outcome=Outcome.CACHED, actor="ab12", calls=1
    )


def status(client, name: str, **query: str) -> int:
    return client.get(reverse(f"admin:movies_{name}_changelist"), query).status_code


def listed(client, name: str, **query: str) -> list:
    response = client.get(reverse(f"admin:movies_{name}_changelist"), query)
    return response.context["cl"].result_list


@pytest.mark.parametrize(
    ("name", "lookup", "value"),
    [
        ("searchterm", "term__regex", CATASTROPHE),
        ("searchterm", "term__iregex", CATASTROPHE),
        ("searchterm", "term__regex", "("),
        ("searchterm", "term", "\0"),
        ("searchterm", "created_at__year", "99999"),
        ("search", "actor__startswith", "ab"),
        ("search", "actor", "ab12"),
        ("search", "term__term__regex", CATASTROPHE),
        ("search", "term_id", "9" * 29),
        ("search", "lease", "\0"),
        ("search", "calls__gt__exact", "0"),
        ("movie", "title", "\0"),
        ("movie", "genres__name__regex", CATASTROPHE),
        ("genre", "name__regex", "("),
        ("refill", "requested_by__password__startswith", "pbkdf2"),
        ("refill", "created_at__gte", "2026-01-01T00:00:00+00:00"),
        ("movie", "no_such_field", "1"),
    ],
)
def test_a_list_is_asked_nothing_but_what_it_offers(client, member, search, name, lookup, value):
    client.force_login(member("Viewers"))

    assert status(client, name, **{lookup: value}) == 400


@pytest.mark.parametrize(
    ("lookup", "value"),
    [
        ("created_at__gte", "2020-01-01T00:00:00+00:00"),
        ("created_at__gte", "0001-01-02T00:00:00+14:00"),
        ("is_bot__exact", "0"),
        ("origin__in", "visitor,command"),
        ("outcome__in", "cached"),
        ("calls__gt", "0"),
        ("calls__gt", "-" + "9" * 17),
    ],
)
def test_a_link_narrows_the_search_log(admin_client, search, lookup, value):
    other = SearchTerm.objects.create(term="other")
    Search.objects.create(
        term=other,
        origin=Origin.STAFF,
        outcome=Outcome.FAILED,
        is_bot=True,
        created_at=search.created_at.replace(year=2019),
    )

    assert search in listed(admin_client, "search", **{lookup: value})
    is_narrow = not value.startswith(("0001", "-"))
    assert len(listed(admin_client, "search", **{lookup: value})) == (1 if is_narrow else 2)


@pytest.mark.parametrize(
    "value",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-02-30T00:00:00+00:00",
        "2026-01-01T00:00:00",
        "2026-01-01",
        "yesterday",
        "\0",
        "",
    ],
)
def test_a_link_with_a_time_that_is_none_is_refused(admin_client, search, value):
    assert status(admin_client, "search", created_at__gte=value) == 400


@pytest.mark.parametrize(
    ("lookup", "value"),
    [
        ("calls__gt", "9" * 29),
        ("calls__gt", "9" * 5000),
        ("origin__in", "visitor,\0"),
        ("outcome__in", "x" * 60_000),
        ("is_bot__exact", "\0"),
        ("id__in", "1," + "9" * 29),
    ],
)
def test_a_link_with_a_value_no_database_takes_is_refused(admin_client, search, lookup, value):
    for name in ("search", "movie") if lookup == "id__in" else ("search",):
        assert status(admin_client, name, **{lookup: value}) == 400


@pytest.mark.parametrize(
    ("lookup", "value"), [("calls__gt", "many"), ("is_bot__exact", "maybe"), ("calls__gt", "")]
)
def test_a_link_with_a_value_of_another_kind_leads_to_the_whole_list(
    admin_client, search, lookup, value
):
    response = admin_client.get(reverse("admin:movies_search_changelist"), {lookup: value})

    assert response.url.endswith("?e=1")


def test_a_list_can_be_narrowed_to_many_rows(admin_client):
    refills = Refill.objects.bulk_create(Refill() for _ in range(200))
    chosen = ",".join(str(refill.pk) for refill in refills[1:])

    response = admin_client.get(reverse("admin:movies_refill_changelist"), {"id__in": chosen})

    assert response.context["cl"].result_count == 199


@pytest.mark.parametrize(
    "text",
    ["a " * 1800, "a" * 60_000, '"' + "a " * 1800, "\0", "a\0b", "%_\\", "'; DROP TABLE", "'\"'"],
)
@pytest.mark.parametrize("name", ["searchterm", "search", "movie", "genre", "refill"])
def test_anything_may_be_typed_into_a_search_box(admin_client, name, text):
    assert status(admin_client, name, q=text) == 200


def test_the_first_words_of_a_search_box_are_searched(admin_client):
    film = Movie.objects.create(imdb_id="tt0000001", title="one two three four five six seven")

    assert listed(admin_client, "movie", q="seven six five four three two one") == [film]
    assert listed(admin_client, "movie", q="one " * 10 + "eight") == [film]
    assert listed(admin_client, "movie", q="one eight") == []


def test_a_nul_in_what_a_form_completes_is_no_error(admin_client):
    query = {"app_label": "movies", "model_name": "search", "field_name": "term", "term": "a\0"}

    assert admin_client.get(reverse("admin:autocomplete"), query).status_code == 200


def test_the_foot_of_a_list_counts_as_every_page_does(admin_client):
    Movie.objects.bulk_create(Movie(imdb_id=f"tt{number:07}") for number in range(1200))

    assert '<div class="py-4 ms-4">1,200 films</div>' in admin_client.get(FILMS).content.decode()
    assert ">1 film<" in admin_client.get(FILMS, {"q": "tt0000007"}).content.decode()


@pytest.mark.parametrize("pk", ["abc", "", "9" * 29, "9" * 5000, "\0", "1.0"])
def test_an_action_on_what_is_no_row_changes_nothing(admin_client, pk):
    data = {"action": "refill_selected", "_selected_action": ["1", pk]}

    response = admin_client.post(FILMS, data, follow=True)

    assert "Nothing was changed: choose the rows again." in response.content.decode()


def test_a_page_that_is_asked_for_by_a_field_without_a_name_opens(client, member, search):
    client.force_login(member("Viewers"))
    url = reverse("admin:movies_search_change", args=[search.pk])

    assert client.get(url, {"_to_field": ""}).status_code == 200
    assert client.get(url, {"_to_field": "actor"}).status_code == 400
