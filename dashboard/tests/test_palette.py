import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard import palette
from dashboard.tests import rows
from dashboard.tests.plans import plans_of
from movies.models import Movie, SearchTerm
from notifications.models import Notification
from notifications.tests.many import copies_of

pytestmark = pytest.mark.django_db


def find(client, text: str, **more: str) -> str:
    response = client.get(reverse("admin:search"), {"s": text, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_terms_and_films_are_found_by_how_they_begin(admin_client):
    search, film = rows.search("film noir"), rows.film()

    html = find(admin_client, "Film")

    assert reverse("admin:movies_searchterm_change", args=[search.term_id]) in html
    assert reverse("admin:movies_movie_change", args=[film.pk]) in html


def test_what_begins_with_a_text_goes_before_what_only_contains_it(admin_client):
    for term in ("the dune", "dune", "dunes"):
        rows.search(term)
    film = rows.film()
    Movie.objects.filter(pk=film.pk).update(title="Jodorowsky's Dune")

    html = find(admin_client, "DUNE")

    places = [html.index(f'data-title="{title}"') for title in ("dune", "dunes", "the dune")]
    assert places == sorted(places)
    assert html.count('data-title="dune"') == 1
    assert reverse("admin:movies_movie_change", args=[film.pk]) in html


def test_only_a_few_are_found_and_none_that_only_contain_it_then(admin_client):
    for number in range(palette.FOUND + 1):
        rows.search(f"dune {number}")
    rows.search("a dune")

    html = find(admin_client, "dune")

    assert html.count('data-description="Term"') == palette.FOUND
    assert 'data-title="a dune"' not in html


def test_a_notification_is_found_by_what_it_is_about(admin_client):
    found = rows.notification("failed", about_text="arrakis")
    other = rows.notification(about_text="dune")

    html = find(admin_client, "arra")

    assert reverse("admin:notifications_notification_change", args=[found.pk]) in html
    assert "Notification, Failed" in html
    assert reverse("admin:notifications_notification_change", args=[other.pk]) not in html


def test_a_task_is_found_by_its_id_and_by_what_it_does(admin_client):
    task = rows.task()
    page = reverse("admin:dashboard_taskrecord_change", args=[task.pk])

    assert page in find(admin_client, task.task_id)
    assert page in find(admin_client, "run a search")


def test_an_old_film_is_found_by_its_whole_title_and_the_newest_by_any_part(
    admin_client, monkeypatch
):
    monkeypatch.setattr(palette, "SEARCHED", 1)
    old, new = rows.film(), rows.film()
    Movie.objects.filter(pk=old.pk).update(title="Dune")
    Movie.objects.filter(pk=new.pk).update(title="The Road to Dune")

    whole, part = find(admin_client, "dune"), find(admin_client, "dun")

    assert whole.count("data-title=") == 2
    assert reverse("admin:movies_movie_change", args=[new.pk]) in part
    assert reverse("admin:movies_movie_change", args=[old.pk]) not in part


def test_what_is_read_is_bounded_whatever_is_looked_for(admin_user, monkeypatch):
    monkeypatch.setattr(palette, "SEARCHED", 10)
    monkeypatch.setattr(palette, "SEARCHED_MAILS", 10)
    SearchTerm.objects.bulk_create(SearchTerm(term=f"term {number}") for number in range(2_000))
    Movie.objects.bulk_create(
        Movie(imdb_id=f"tt{number:07}", title=f"Film {number}") for number in range(2_000)
    )
    copies_of(rows.notification(), 3_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    request = RequestFactory().get("/")
    request.user = admin_user
    with CaptureQueriesContext(connection) as queries:
        assert list(palette.find(request, "no such row")) == []

    # Of them three for the newest key of a table: see `newest`.
    assert len(queries) <= 13
    # Of SQLite: a LIKE alone would be a scan of the whole table.
    scans = [
        plan
        for plan in plans_of(queries)
        for table in (SearchTerm, Movie, Notification)
        if f"SCAN {table._meta.db_table}" in plan or f"Seq Scan on {table._meta.db_table}" in plan
    ]
    assert [plan for plan in scans if "USING COVERING INDEX" not in plan] == []


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("search LOG", "movies_search"),
        ("tasks", "dashboard_taskrecord"),
        ("groups of", "django_celery_results_groupresult"),
        ("groups", "auth_group"),
        ("genre", "movies_genre"),
        # By their group.
        ("people", "auth_user"),
        ("background", "django_celery_results_groupresult"),
    ],
)
def test_pages_are_found_by_the_names_of_the_sidebar(admin_client, text, page):
    assert f'href="{reverse(f"admin:{page}_changelist")}"' in find(admin_client, text)


def test_names_that_only_programs_use_are_not_there(admin_client):
    for text in ("celery", "auth", "no such list"):
        assert "Nothing matched" in find(admin_client, text)


def test_a_page_that_the_reader_may_not_open_is_not_found(client, member):
    client.force_login(member("Viewers"))

    assert "Nothing matched" in find(client, "users")
    assert reverse("admin:movies_genre_changelist") in find(client, "genres")


def test_terms_lead_to_their_tables_and_not_to_the_plain_list(admin_client):
    html = find(admin_client, "terms")

    assert f'href="{reverse("dashboard:terms")}"' in html
    assert reverse("admin:movies_searchterm_changelist") not in html


def test_an_empty_palette_finds_nothing(admin_client):
    assert find(admin_client, "") == ""


@pytest.mark.parametrize("page", ["abc", "0", "99", "-1", "9" * 5000])
def test_what_is_found_has_one_page_whatever_is_asked(admin_client, page):
    rows.search("arrakis")

    assert "arrakis" in find(admin_client, "arra", page=page)


@pytest.mark.parametrize("text", ["\0", "a\0", "a" * 60_000, "%", "İ" * 300, "<script>"])
def test_anything_may_be_typed_into_the_palette(admin_client, text):
    assert "<script>" not in find(admin_client, text)


def test_what_was_found_is_gone_with_the_right_to_it(client, member):
    rows.search("arrakis")
    viewer = member("Viewers")
    client.force_login(viewer)
    assert "arrakis" in find(client, "arra")

    viewer.groups.clear()

    assert "Nothing matched" in find(client, "arra")


def test_the_palette_of_somebody_signed_out_gets_no_sign_in_page(client):
    response = client.get(reverse("admin:search"), {"s": "a"}, headers={"HX-Request": "true"})

    assert response.status_code == 401


def test_nothing_is_found_for_staff_who_may_see_nothing(client, staff):
    rows.search("arrakis")
    client.force_login(staff)

    assert "Nothing matched" in find(client, "arra")
