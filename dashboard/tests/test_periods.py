from datetime import date

import pytest

from dashboard.models import DayTotals
from dashboard.periods import view_of

TODAY = date(2026, 11, 22)


def view(**address: str):
    return view_of(address, TODAY)


def test_a_bare_address_is_28_days_by_day_against_the_same_weekdays():
    bare = view()

    assert (bare.first, bare.last, bare.days) == (date(2026, 10, 26), TODAY, 28)
    assert (bare.grain, bare.compare, bare.everyone) == ("day", "weekdays", False)
    assert bare.parameters() == {}
    assert bare.query() == "?"


@pytest.mark.parametrize(
    ("preset", "first", "grain", "compare"),
    [
        ("today", TODAY, "hour", "previous"),
        ("7", date(2026, 11, 16), "day", "weekdays"),
        ("90", date(2026, 8, 25), "day", "weekdays"),
        ("365", date(2025, 11, 23), "week", "weekdays"),
        ("month", date(2026, 11, 1), "day", "weekdays"),
    ],
)
def test_presets_end_today_and_have_buckets_that_suit_them(preset, first, grain, compare):
    found = view(period=preset)

    assert (found.first, found.last) == (first, TODAY)
    assert (found.grain, found.compare) == (grain, compare)
    assert found.parameters() == {"period": preset}


@pytest.mark.django_db
def test_a_period_of_years_is_shown_by_month():
    assert view(**{"from": "2020-01-01", "to": "2026-01-01"}).grain == "month"


@pytest.mark.parametrize(
    ("address", "before"),
    [
        ({"period": "7"}, (date(2026, 11, 9), date(2026, 11, 15))),
        # 90 days are thirteen weeks less a day.
        ({"period": "90"}, (date(2026, 5, 26), date(2026, 8, 23))),
        ({"period": "90", "compare": "previous"}, (date(2026, 5, 27), date(2026, 8, 24))),
        ({"period": "7", "compare": "year"}, (date(2025, 11, 16), date(2025, 11, 22))),
        ({"period": "7", "compare": "none"}, (None, None)),
    ],
)
def test_what_a_period_is_compared_with(address, before):
    found = view(**address)

    assert (found.before, found.before_last) == before
    assert found.shift == found.first - (found.before or found.first)


@pytest.mark.django_db
def test_a_leap_day_is_compared_with_the_last_of_february():
    found = view(**{"from": "2024-02-29", "to": "2024-03-01", "compare": "year"})

    assert found.before == date(2023, 2, 28)


def test_dates_of_ones_own_end_today_at_the_latest():
    found = view(**{"from": "2026-11-20", "to": "2030-01-01"})

    assert (found.preset, found.first, found.last) == ("custom", date(2026, 11, 20), TODAY)
    assert found.parameters() == {"from": "2026-11-20", "to": "2026-11-22"}


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ({"period": "nine"}, "There is no period 'nine'."),
        ({"from": "yesterday", "to": "2026-11-22"}, "A period needs two dates like 2026-11-01."),
        ({"from": "0900-01-01", "to": "2026-11-22"}, "A period needs two dates like 2026-11-01."),
        ({"period": "custom"}, "A period needs two dates like 2026-11-01."),
        ({"from": "2026-11-20", "to": "2026-11-19"}, "That period ends before it begins."),
        ({"from": "2026-12-01", "to": "2026-12-02"}, "That period has not begun yet."),
        ({"from": "2000-01-01", "to": "2026-11-22"}, "A period has at most 3,660 days."),
        ({"compare": "mars"}, "There is no comparison 'mars'."),
        ({"by": "hour"}, "28 days are not shown by 'hour'."),
        ({"by": "minute"}, "28 days are not shown by 'minute'."),
        ({"period": "nine", "compare": "mars", "by": "hour"}, "There is no period 'nine'."),
    ],
)
def test_what_was_not_understood_is_the_default_and_says_so(address, problem):
    found = view(**address)

    assert found.problem == problem
    assert found.parameters() == {}


def test_what_differs_from_the_default_is_in_the_address_and_comes_back():
    address = {"period": "7", "compare": "none", "by": "hour", "everyone": "1"}

    found = view(**address)

    assert found.parameters() == address
    assert found.problem == ""


def test_a_link_for_a_colleague_names_the_dates():
    address = view(period="7", compare="none").parameters(absolute=True)

    assert address == {"from": "2026-11-16", "to": "2026-11-22", "compare": "none"}


def test_another_period_keeps_who_and_against_what_but_not_the_buckets():
    found = view(period="7", compare="none", by="hour", everyone="1")

    assert found.query(period="90", tab="new") == "?compare=none&everyone=1&period=90&tab=new"
    assert found.query(everyone="") == "?period=7&compare=none&by=hour"
    assert found.query(from_="2026-11-01", to="2026-11-02").endswith(
        "from=2026-11-01&to=2026-11-02"
    )


def test_periods_are_named_without_this_years_number():
    assert view().words == "26 Oct–22 Nov"  # noqa: RUF001
    assert view().before_words == "28 Sep–25 Oct"  # noqa: RUF001
    assert view(compare="none").before_words == ""
    assert view(**{"from": "2024-11-01", "to": "2024-11-07"}).words == "1–7 Nov 2024"  # noqa: RUF001


@pytest.fixture
def pruned(db) -> None:
    """All that retention has left of 12 September 2024 is how often was searched."""
    DayTotals.objects.create(day=date(2024, 9, 12), left_out=False, searches=1, only_totals=True)
    DayTotals.objects.create(day=date(2024, 9, 13), left_out=False, searches=1)


@pytest.mark.usefixtures("pruned")
@pytest.mark.parametrize(
    ("first", "grain", "grains"),
    [
        ("2024-09-13", "hour", ["hour", "day", "week", "month"]),
        ("2024-09-12", "day", ["day", "week", "month"]),
        # Of a day without a search nothing was ever removed.
        ("2024-09-11", "hour", ["hour", "day", "week", "month"]),
    ],
)
def test_a_period_whose_hours_are_gone_is_not_offered_by_the_hour(first, grain, grains):
    found = view(**{"from": first, "to": first})

    assert (found.grain, found.grains, found.problem) == (grain, grains, "")


@pytest.mark.usefixtures("pruned")
def test_who_asks_for_hours_that_are_gone_is_told_so():
    found = view(**{"from": "2024-09-10", "to": "2024-09-14", "by": "hour"})

    assert (found.grain, found.problem) == ("day", "Hours are kept 800 days.")


@pytest.mark.usefixtures("pruned")
def test_whether_terms_are_kept_is_known_of_both_periods():
    kept = view(**{"from": "2024-09-20", "to": "2024-09-26"})
    gone = view(**{"from": "2024-09-12", "to": "2024-09-18"})

    assert (kept.has_terms, kept.has_terms_before, kept.why_no_terms) == (True, True, "")
    assert (gone.has_terms, gone.why_no_terms) == (False, "Terms are kept 800 days.")
    assert not view(**{"from": "2024-09-19", "to": "2024-09-25"}).has_terms_before
    assert not view(compare="none").has_terms_before


@pytest.mark.usefixtures("pruned")
def test_a_period_of_days_that_lost_nothing_is_known_however_old_it_is():
    before, after = (view(**{"from": day, "to": day}) for day in ("2010-05-01", "2024-09-14"))

    assert (before.has_terms, before.has_terms_before, before.why_not_all_terms) == (True, True, "")
    assert (after.has_terms, after.has_terms_before) == (True, True)
    # What lies between a period and the one that it is compared with does not count.
    assert view(**{"from": "2025-08-01", "to": "2025-08-07"}, compare="year").has_terms_before


def test_of_days_that_retention_cannot_have_been_at_nothing_is_asked():
    assert view(**{"from": "2024-09-20", "to": "2024-09-26"}, compare="none").has_terms
