"""How the first page names the periods that it compares."""

import pytest
from django.contrib.auth.models import User

from dashboard.front.headline import periods
from dashboard.tests.reading import shared, usual_weeks

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"period": "7"}, "16–22 Nov, 10:00 against 9–15 Nov, 10:00"),  # noqa: RUF001
        ({"period": "7", "compare": "none"}, "16–22 Nov"),  # noqa: RUF001
        ({"from": "2026-11-15", "to": "2026-11-21"}, "15–21 Nov against 8–14 Nov"),  # noqa: RUF001
    ],
)
def test_the_periods_are_named_to_the_hour_to_which_they_are_compared(boss, address, words):
    usual_weeks()

    assert periods(shared(boss, **address)) == words


def test_who_does_not_see_the_searches_reads_the_period_alone(staff):
    assert periods(shared(staff, period="7")) == "16–22 Nov"  # noqa: RUF001
