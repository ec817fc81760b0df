from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from movies import formats


def words(html: str) -> str:
    return strip_tags(html)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0"), (1234, "1,234"), (-1234, "\N{MINUS SIGN}1,234"), (None, "—")],
)
def test_a_number_has_its_thousands_and_a_true_minus(count, expected):
    assert formats.number(count) == expected


def test_what_is_missing_in_a_list_can_be_left_out_on_phones():
    assert words(formats.NOTHING) == formats.NONE
    assert 'class="nothing"' in formats.NOTHING


def test_one_of_something_is_singular():
    assert formats.counted(1, "film") == "1 film"
    assert formats.counted(1200, "film") == "1,200 films"
    assert formats.counted(2, "search", "searches") == "2 searches"


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 0, "—"),
        (0, 10, "0\N{NO-BREAK SPACE}%"),
        (123, 1000, "12.3\N{NO-BREAK SPACE}%"),
        (1, 5000, "<0.1\N{NO-BREAK SPACE}%"),
        (99_999, 100_000, "99.9\N{NO-BREAK SPACE}%"),
        (10, 10, "100\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_rate_is_neither_nothing_nor_all_unless_it_is(part, whole, expected):
    assert formats.rate(part, whole) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, "—"),
        (-3, "0 ms"),
        (0.34, "340 ms"),
        (0.9996, "1.0 s"),
        (4.2, "4.2 s"),
        (59.97, "1 min"),
        (190, "3 min 10 s"),
        (7200, "2 h"),
        (7500, "2 h 5 min"),
    ],
)
def test_a_duration_has_the_unit_that_is_read_at_once(seconds, expected):
    assert formats.duration(seconds) == expected


def test_a_moment_of_this_year_has_no_year():
    at = timezone.localtime().replace(month=6, day=2, hour=8, minute=4, second=9)

    assert words(formats.moment(at)) == "2 Jun, 08:04"
    assert words(formats.moment(at.replace(year=2019))) == "2 Jun 2019, 08:04"
    assert words(formats.moment(None)) == "—"


def test_a_step_is_told_to_the_second():
    at = timezone.localtime().replace(month=6, day=2, hour=8, minute=4, second=9)

    assert words(formats.second(at)) == "2 Jun, 08:04:09"
    assert words(formats.second(at.replace(year=2019))) == "2 Jun 2019, 08:04:09"


def test_a_moment_says_the_exact_time_on_hover():
    at = datetime(2019, 6, 2, 8, 4, 9, tzinfo=UTC)

    with timezone.override("UTC"):
        assert 'title="2019-06-02T08:04:09+00:00"' in formats.moment(at)


def test_a_moment_is_in_the_readers_zone():
    at = datetime(2019, 6, 2, 23, 4, tzinfo=UTC)

    with timezone.override("Europe/Athens"):
        assert words(formats.moment(at)) == "3 Jun 2019, 02:04"


def test_the_clock_alone_is_enough_for_today_and_for_the_next_day():
    now = timezone.now()
    soon = now + timedelta(hours=23)

    assert words(formats.clock(now)) == f"{timezone.localtime(now):%H:%M}"
    assert words(formats.clock(soon)) == f"{timezone.localtime(soon):%H:%M}"
    assert "," in words(formats.clock(now - timedelta(days=3)))


def test_a_day_always_has_its_year():
    noon = timezone.now().replace(year=2024, month=3, day=3, hour=12)

    assert words(formats.day(noon)) == "3 Mar 2024"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=30), "30 h ago"),
    ],
)
def test_what_is_recent_is_so_long_ago(before, expected):
    assert words(formats.ago(timezone.now() - before)) == expected


def test_what_is_not_recent_is_a_moment():
    assert "," in words(formats.ago(timezone.now() - timedelta(days=3)))
    assert formats.ago(None) == "never"
