"""How fast a re-fill is, and how long it will take: said only when there is enough to tell by."""

from datetime import timedelta

import pytest
from django.utils import timezone

from movies import services
from movies.models import Refill, RefillItem
from movies.tests.films import films
from movies.tests.refill_pages import watch

pytestmark = pytest.mark.django_db


def test_a_refill_that_has_not_begun_names_no_speed(admin_client):
    refill = services.refill(films(lacking=2, complete=0))
    refill.items.filter(pk=refill.items.first().pk).update(state="running")

    assert "a minute" not in watch(admin_client, refill)


def end_films(refill: Refill, *seconds_ago: float) -> None:
    """Let so many films of `refill` end, each so long ago, the others wait."""
    items = list(refill.items.order_by("pk")[: len(seconds_ago)])
    for item, seconds in zip(items, seconds_ago, strict=True):
        item.state, item.finished_at = "changed", timezone.now() - timedelta(seconds=seconds)
    RefillItem.objects.bulk_update(items, ["state", "finished_at"])
    Refill.objects.recount()


def test_the_speed_is_that_of_the_time_it_took(admin_client):
    refill = services.refill(films(lacking=60, complete=0))
    end_films(refill, 12, 10, 8, 6, 4, 2)

    assert "25 a minute, about 3 min left" in watch(admin_client, refill)


def test_the_first_seconds_of_a_refill_tell_no_speed(admin_client):
    refill = services.refill(films(lacking=60, complete=0))
    end_films(refill, 5, 4, 3, 2, 1, 0)

    assert "a minute" not in watch(admin_client, refill)


def test_the_first_films_of_a_refill_tell_no_speed(admin_client):
    refill = services.refill(films(lacking=60, complete=0))
    end_films(refill, 30, 20, 10, 0)

    assert "a minute" not in watch(admin_client, refill)


def test_a_refill_that_goes_on_after_a_wait_tells_no_speed_at_first(admin_client):
    refill = services.refill(films(lacking=60, complete=0))
    end_films(refill, 9000, 9000, 9000, 9000, 9000, 2, 1)

    assert "a minute" not in watch(admin_client, refill)
