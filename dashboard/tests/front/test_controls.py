from datetime import UTC, date, datetime

from dashboard.front.controls import Controls, controls_of
from dashboard.periods import view_of

NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)


def controls(left_out: int = 214, extra: dict[str, str] | None = None, **address: str) -> Controls:
    view = view_of(address, date(2026, 11, 22))
    return controls_of(view, figures_to=NOW, left_out=left_out, extra=extra)


def test_every_preset_is_a_link_and_one_is_current():
    presets = controls(period="7").presets

    assert [one.words for one in presets] == ["Today", "7", "28", "90", "365", "Month"]
    assert [one.words for one in presets if one.is_current] == ["7"]
    assert presets[2].url == "?period=28"
    assert (presets[0].spoken, presets[1].spoken) == ("", "days")


def test_figures_of_another_day_are_told_with_it():
    assert controls().clock == "10:35"
    after_midnight = view_of({}, date(2026, 11, 23))

    found = controls_of(after_midnight, figures_to=NOW, left_out=0)

    assert found.clock == "Sun 22 Nov, 10:35"


def test_what_the_page_keeps_is_in_every_link_and_in_the_form():
    found = controls(period="7", compare="none", everyone="1", extra={"tab": "new"})

    choices = [*found.presets, *found.compares, *found.grains, found.switch]
    assert all("tab=new" in choice.url for choice in choices)
    assert found.kept == {"compare": "none", "everyone": "1", "tab": "new"}


def test_comparisons_and_buckets_are_those_the_period_has():
    found = controls(period="90", compare="year")

    assert found.compare == "Last year"
    assert [one.words for one in found.compares if one.is_current] == ["Last year"]
    assert [one.words for one in found.grains] == ["Days", "Weeks", "Months"]


def test_what_is_left_out_is_said_with_its_number_and_can_be_included():
    found = controls()

    assert found.detail == "Days, 214 left out"
    assert found.who == "214 by staff and bots or for hidden terms are left out."
    assert (found.switch.words, found.switch.url) == ("Include them", "?everyone=1")


def test_what_is_included_can_be_left_out_again():
    found = controls(everyone="1", by="week")

    assert found.detail == "Weeks, everyone"
    assert found.who == "214 by staff and bots or for hidden terms are included."
    assert (found.switch.words, found.switch.url) == ("Leave them out", "?by=week")


def test_nothing_left_out_needs_no_number():
    found = controls(left_out=0)

    assert found.detail == "Days"
    assert found.who == "No searches are left out."


def test_dates_of_ones_own_are_in_the_form():
    found = controls(**{"from": "2026-11-01", "to": "2026-11-07"})

    assert (found.first, found.last, found.is_custom) == ("2026-11-01", "2026-11-07", True)
    assert found.period == "1–7 Nov"  # noqa: RUF001
    assert not any(one.is_current for one in found.presets)


def test_the_clock_is_the_sites_and_what_was_not_understood_is_said():
    found = controls(period="nine")

    assert found.clock == "10:35"
    assert found.problem == "There is no period 'nine'."
