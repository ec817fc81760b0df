from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from dashboard import home
from dashboard.sharing import shared_with
from dashboard.tests import rows
from movies.models import Outcome

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, 35, 2, tzinfo=UTC)


def fill() -> None:
    rows.search(at=NOW - timedelta(days=1))
    rows.film()
    rows.notification("sent")


def counts(shared) -> tuple[int, int, int, int]:
    return (
        shared.searches.total,
        shared.terms.first_time,
        shared.films.held,
        shared.notifications.by_state["sent"],
    )


def test_whole_tables_are_read_once_a_minute_for_all_readers(member):
    fill()
    first = counts(shared_with(member("Viewers"), NOW))
    fill()

    another = member("Operators")
    same_minute = shared_with(another, NOW + timedelta(seconds=57))
    next_minute = shared_with(another, NOW + timedelta(seconds=58))

    assert counts(same_minute) == first == (1, 1, 1, 1)
    assert counts(next_minute) == (2, 1, 2, 2)


def test_a_second_reader_in_the_same_minute_costs_six_small_queries(
    member, django_assert_num_queries
):
    fill()
    shared_with(member("Viewers"), NOW)
    reader = member("Operators")
    reader.has_perm("movies.view_movie")  # rights are read once a request

    with django_assert_num_queries(6):
        shared_with(reader, NOW)


def test_figures_name_the_minute_they_were_made_in(member):
    fill()

    shared = shared_with(member("Viewers"), NOW + timedelta(seconds=57))

    assert shared.minute == datetime(2026, 11, 22, 10, 35, tzinfo=UTC)


def test_the_page_names_the_minute_of_its_figures(member, client, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    client.force_login(member("Viewers"))

    response = client.get("/admin/")

    minute = response.context["shared"].minute.astimezone(timezone.get_default_timezone())
    assert f"Figures to {minute:%H:%M}" in response.text


def test_what_was_read_for_one_reader_is_not_shown_to_who_may_not_see_it(member, staff):
    fill()
    shared_with(member("Viewers"), NOW)

    shared = shared_with(staff, NOW)

    assert shared.is_nothing
    assert not shared.can_fail


def test_what_is_broken_is_not_kept(member):
    reader = member("Viewers")
    shared_with(reader, NOW)
    rows.notification("failed")
    rows.search(at=NOW, outcome=Outcome.FAILED)
    rows.task_result("FAILURE", NOW)

    needs = home.needs(shared_with(reader, NOW))

    assert len(needs) == 3
