from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from dashboard.models import DayTotals, HourTotals, RollUp, TermDay
from dashboard.rollup import folding, rolling
from dashboard.rollup.covered import OtherTimeZone
from dashboard.rollup.zones import adopt_time_zone
from dashboard.tests.figures_of import differences, searches_in
from dashboard.tests.rows import search
from movies.models import Search

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 8, 20, 0, 10, tzinfo=UTC)
# The start of 24 August in Berlin.
RAW_FROM = datetime(2026, 8, 23, 22, tzinfo=UTC)
SEARCHES = 90


@pytest.fixture
def folded() -> None:
    for number in range(SEARCHES):
        search(
            f"term {number % 7}",
            at=FIRST + timedelta(minutes=125 * number),
            actor=f"{number % 4}",
            is_bot=number % 5 == 0,
        )
    folding.fold()


def freeze() -> None:
    RollUp.objects.update(raw_from=RAW_FROM)
    Search.objects.filter(created_at__lt=RAW_FROM).delete()


def test_the_same_time_zone_changes_nothing(folded):
    assert not adopt_time_zone()
    assert not RollUp.objects.get().needs_rebuild


def test_without_frozen_days_every_day_is_rebuilt(folded, settings):
    settings.TIME_ZONE = "Asia/Kolkata"

    rolling.roll_up()

    assert differences() == []
    assert searches_in() == dict.fromkeys(("days", "hours", "terms"), SEARCHES)
    # Half past every hour in UTC.
    assert {hour.minute for hour in HourTotals.objects.values_list("hour", flat=True)} == {30}


@pytest.mark.parametrize(
    "zone",
    [
        "America/New_York",
        "Asia/Tokyo",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Europe/Paris",
        "Pacific/Kiritimati",
        "Pacific/Niue",
    ],
)
def test_no_search_is_lost_or_counted_twice_at_the_border_of_frozen_days(folded, settings, zone):
    freeze()
    settings.TIME_ZONE = zone

    rolling.roll_up()

    assert differences() == []
    assert searches_in() == dict.fromkeys(("days", "hours", "terms"), SEARCHES)
    roll_up = RollUp.objects.get()
    assert (roll_up.time_zone, roll_up.needs_rebuild) == (zone, False)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        ("Pacific/Kiritimati", "Pacific/Niue"),
        ("Pacific/Niue", "Pacific/Kiritimati"),
        ("America/New_York", "Asia/Kolkata"),
        ("Etc/GMT+12", "Etc/GMT-12"),
        ("Etc/GMT-12", "Etc/GMT+12"),
    ],
)
def test_nor_when_it_is_changed_again_before_and_after_the_rebuild(folded, settings, there, back):
    freeze()
    settings.TIME_ZONE = there
    adopt_time_zone(is_asked=True)
    search("late", at=RAW_FROM - timedelta(days=2), is_first=False)
    search("new", at=RAW_FROM + timedelta(days=2), is_first=False)
    settings.TIME_ZONE = back
    rolling.roll_up()
    settings.TIME_ZONE = there
    rolling.roll_up()

    assert differences() == []
    assert searches_in() == dict.fromkeys(("days", "hours", "terms"), SEARCHES + 2)


def test_machines_that_disagree_change_it_once_a_day_and_say_so(folded, settings):
    freeze()
    settings.TIME_ZONE = "America/New_York"
    rolling.roll_up(seconds=60)
    frozen_to = RollUp.objects.get().raw_from
    settings.TIME_ZONE = "Europe/Berlin"

    with pytest.raises(OtherTimeZone, match=r"of America/New_York, .* Give all machines the same"):
        rolling.roll_up(seconds=60)

    assert RollUp.objects.get().raw_from == frozen_to
    RollUp.objects.update(zone_changed_at=timezone.now() - timedelta(days=1))
    rolling.roll_up(seconds=60)
    assert RollUp.objects.get().time_zone == "Europe/Berlin"


def test_frozen_figures_keep_their_dates(folded, settings):
    frozen = list(DayTotals.objects.filter(day__lt=date(2026, 8, 23)).order_by("pk").values())
    freeze()
    settings.TIME_ZONE = "America/New_York"

    rolling.roll_up()

    assert list(DayTotals.objects.filter(day__lt=date(2026, 8, 23)).order_by("pk").values()) == (
        frozen
    )
    assert RollUp.objects.get().raw_from == datetime(2026, 8, 24, 4, tzinfo=UTC)


def test_a_moment_in_the_middle_of_a_day_freezes_all_of_that_day(folded, settings):
    RollUp.objects.update(raw_from=RAW_FROM - timedelta(hours=5))
    Search.objects.filter(created_at__lt=RAW_FROM - timedelta(hours=5)).delete()
    settings.TIME_ZONE = "Asia/Tokyo"

    rolling.roll_up()

    assert differences() == []
    assert searches_in()["days"] == SEARCHES


def test_a_crash_in_the_middle_leaves_the_old_time_zone(folded, settings, monkeypatch):
    freeze()
    settings.TIME_ZONE = "America/New_York"
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.rollup.zones.add_sums", lambda sums: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rolling.roll_up()
    assert RollUp.objects.get().time_zone == "Europe/Berlin"
    assert TermDay.objects.filter(day=date(2026, 8, 24)).exists()

    rolling.roll_up()

    assert searches_in()["terms"] == SEARCHES
