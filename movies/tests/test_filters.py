from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from movies.models import Genre, Movie, Origin, Outcome, Search, SearchTerm

FILMS = reverse("admin:movies_movie_changelist")
SEARCHES = reverse("admin:movies_search_changelist")


@pytest.fixture
def films(db):
    drama = Genre.objects.create(name="Drama")
    old = Movie.objects.create(
        imdb_id="tt0000001", title="Old", year=1921, kind="movie", is_full_record=True
    )
    old.genres.add(drama)
    Movie.objects.create(imdb_id="tt0000002", title="New", year=2021, kind="series")
    return drama


@pytest.fixture
def searches(db):
    term = SearchTerm.objects.create(term="dune")
    for hour, origin, outcome in (
        (0, Origin.VISITOR, Outcome.FETCHED),
        (23, Origin.STAFF, Outcome.CACHED),
    ):
        Search.objects.create(
            term=term,
            origin=origin,
            outcome=outcome,
            created_at=timezone.make_aware(datetime(2026, 3, 5, hour, 59)),  # noqa: DTZ001
        )
    Search.objects.create(term=term, origin=Origin.VISITOR, created_at=timezone.now())


def found(client, url: str, **query: object) -> set[str]:
    response = client.get(url, query)
    return {str(row) for row in response.context["cl"].result_list}


def chips(client, url: str, **query: object) -> list[str]:
    return [chip.words for chip in client.get(url, query).context["cl"].chips]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"complete": "yes"}, {"Old (1921)"}),
        ({"complete": "no"}, {"New (2021)"}),
        ({"complete": "perhaps"}, {"Old (1921)", "New (2021)"}),
        ({"kind": "series"}, {"New (2021)"}),
        ({"year_from": "1950"}, {"New (2021)"}),
        ({"year_to": "1950"}, {"Old (1921)"}),
        ({"year_from": "1900", "year_to": "9999"}, {"Old (1921)", "New (2021)"}),
        ({"year_from": "last"}, set()),
        ({"year_from": "²"}, set()),
        ({"year_to": "9" * 5}, set()),
        ({"year_from": "1" * 5000}, set()),
    ],
)
def test_films_are_narrowed(admin_client, films, query, expected):
    assert found(admin_client, FILMS, **query) == expected


def test_films_are_narrowed_to_a_genre(admin_client, films):
    assert found(admin_client, FILMS, genre=films.pk) == {"Old (1921)"}


def test_a_day_includes_its_last_minute(admin_client, searches):
    assert len(found(admin_client, SEARCHES, day_from="2026-03-05", day_to="2026-03-05")) == 2
    assert len(found(admin_client, SEARCHES, day_from="2026-03-06")) == 1
    assert found(admin_client, SEARCHES, day_to="2026-03-04") == set()


def test_a_day_without_one_of_its_hours_ends_at_midnight(admin_client, searches):
    for second in (59, 60):
        at = datetime(2026, 3, 29, 21, 59, tzinfo=UTC) + timedelta(seconds=second)
        facts = {"origin": Origin.VISITOR, "outcome": Outcome.CACHED, "created_at": at}
        Search.objects.create(term=SearchTerm.objects.get(), **facts)

    with timezone.override("Europe/Berlin"):
        assert len(found(admin_client, SEARCHES, day_from="2026-03-29", day_to="2026-03-29")) == 1


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC", "America/Lima"])
@pytest.mark.parametrize("bound", ["day_from", "day_to"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_all_can_be_asked_for(
    admin_client, searches, zone, bound, day
):
    with timezone.override(zone):
        assert found(admin_client, SEARCHES, **{bound: day}) is not None


@pytest.mark.parametrize("day", ["yesterday", "9999-12-31", "2026-02-30", "\0"])
def test_what_is_no_day_matches_nothing(admin_client, searches, day):
    assert found(admin_client, SEARCHES, day_to=day) == set()


def test_searches_are_narrowed_to_an_outcome_and_to_those_open(admin_client, searches):
    assert len(found(admin_client, SEARCHES, outcome="cached")) == 1
    assert len(found(admin_client, SEARCHES, outcome="open")) == 1
    assert len(found(admin_client, SEARCHES, origin="staff")) == 1


def test_each_filter_that_is_set_is_a_chip(admin_client, films):
    query = {"complete": "no", "year_from": "1950", "year_to": "2030", "q": "new"}

    assert chips(admin_client, FILMS, **query) == [
        "Details: Lacks details",
        "Year from 1950 to 2030",
        "Search: new",
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"day_from": "2024-10-31", "day_to": "2024-11-27"}, "31 Oct–27 Nov 2024"),  # noqa: RUF001
        ({"day_from": "2024-10-31", "day_to": "2024-10-31"}, "31 Oct 2024"),
        ({"day_from": "2024-10-31"}, "From 31 Oct 2024"),
        ({"day_to": "2024-11-27"}, "To 27 Nov 2024"),
        ({"day_to": "tomorrow"}, "Day to tomorrow"),
    ],
)
def test_the_chip_of_days_is_written_as_a_period_is(admin_client, searches, query, words):
    assert chips(admin_client, SEARCHES, **query) == [words]


def test_a_chip_leads_to_the_list_without_its_filter(admin_client, films):
    response = admin_client.get(FILMS, {"complete": "no", "year_from": "1950"})
    details, year = response.context["cl"].chips

    assert details.url == "?year_from=1950"
    assert year.url == "?complete=no"


def test_a_chip_leaves_a_filter_whose_name_begins_like_its_own(admin_client, searches):
    query = {"origin": "visitor", "origin__in": "visitor,command"}

    origin, link = admin_client.get(SEARCHES, query).context["cl"].chips

    assert origin.url == "?origin__in=visitor%2Ccommand"
    assert link.url == "?origin=visitor"


def test_sorting_is_no_filter(admin_client, searches):
    assert chips(admin_client, SEARCHES, o="1") == []


@pytest.mark.parametrize(
    ("lookup", "value", "words"),
    [
        ("is_bot__exact", "0", "Without bots"),
        ("is_bot__exact", "1", "Only bots"),
        ("term__hidden__exact", "0", "Without hidden terms"),
        ("term__hidden__exact", "1", "Only hidden terms"),
        ("origin__in", "visitor,command,other", "Asked by: Visitor, Command, other"),
        ("outcome__in", "refused,failed", "Outcome: Key refused, Failed"),
        ("calls__gt", "0", "More OMDb calls than 0"),
    ],
)
def test_a_chip_says_what_a_link_narrows_by(admin_client, searches, lookup, value, words):
    assert chips(admin_client, SEARCHES, **{lookup: value}) == [words]


def test_a_chip_says_since_when_and_how_many_rows(admin_client, searches):
    [since] = chips(admin_client, SEARCHES, created_at__gte="2024-03-05T10:59:00+00:00")

    assert strip_tags(since) == "Since 5 Mar 2024, 11:59"
    assert chips(admin_client, FILMS, id__in="1,2") == ["2 chosen rows"]


def test_the_sheet_keeps_what_is_set(admin_client, films):
    page = admin_client.get(FILMS, {"complete": "no", "year_from": "1950"}).content.decode()

    assert '<option value="no" selected>' in page
    assert 'value="1950"' in page


@pytest.mark.parametrize(
    ("decided", "expected"),
    [
        ("hidden", {"casino"}),
        ("merged", {"dnue"}),
        ("erased", {"(erased)  1"}),
        ("", {"dune", "dnue", "casino", "(erased)  1"}),
    ],
)
def test_terms_are_found_by_what_staff_decided(admin_client, decided, expected):
    dune = SearchTerm.objects.create(term="dune")
    SearchTerm.objects.create(term="dnue", canonical=dune)
    SearchTerm.objects.create(term="casino", hidden=True)
    SearchTerm.objects.create(term="(erased)  1", canonical=dune, erased_at=timezone.now())
    url = reverse("admin:movies_searchterm_changelist")

    assert found(admin_client, url, decided=decided) == expected
