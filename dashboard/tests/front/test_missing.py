from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

DASHBOARD = reverse("admin:index")
RESULTS = reverse("movies:results", args=[uuid4()])
NOWHERE = f"{reverse('admin:index')}nowhere/"


def test_staff_are_told_within_the_admin_and_find_back(client, member):
    client.force_login(member("Viewers"))

    answer = client.get(NOWHERE)

    assert answer.status_code == 404
    assert "This page does not exist." in answer.text
    assert f'href="{reverse("admin:index")}">Back to the dashboard</a>' in answer.text
    assert 'id="nav-sidebar"' in answer.text


def test_elsewhere_staff_get_the_sites_page_as_everybody_does(client, admin_client):
    for reader in (client, admin_client):
        answer = reader.get("/nowhere/")
        assert answer.status_code == 404
        assert "Search for a film" in answer.text


def test_who_is_signed_out_is_asked_to_sign_in(client):
    assert client.get(NOWHERE).url.startswith(reverse("admin:login"))


def failing(error: Exception, *, only: str = "", page: str = DASHBOARD):
    """Return what a page is answered with if statements that name `only` fail."""

    def fail(execute, sql, *more):
        if only in sql:
            raise error
        return execute(sql, *more)

    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "some-session"
    with connection.execute_wrapper(fail):
        return client.get(page)


def test_staff_are_told_that_the_database_is_away():
    response = failing(OperationalError("away"))

    assert response.status_code == 503
    assert "The database is out of reach." in response.text


def test_a_visitor_is_asked_to_come_again():
    response = failing(OperationalError("away"), page=RESULTS)

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "Wait a few seconds, then try again." in response.text


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server to go away")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_back_again_is_no_fault_of_the_page():
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    broken = Client(raise_request_exception=False).get(RESULTS)
    connection.close()

    assert broken.status_code == 503
    assert Client().get(RESULTS).status_code == 404


def test_a_statement_that_waited_too_long_is_a_fault_of_the_page():
    response = failing(OperationalError("database is locked"), only="movies_search", page=RESULTS)

    assert response.status_code == 500


def test_any_other_failure_is_the_sites_own_page():
    response = failing(ZeroDivisionError(), only="django_session")

    assert response.status_code == 500
    assert "Something went wrong on our side." in response.text
