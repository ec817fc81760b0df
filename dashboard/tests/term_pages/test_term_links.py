from datetime import UTC, date, datetime

from dashboard.periods import view_of
from dashboard.ranks.boards import TITLES
from dashboard.term_pages import term_links

NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
VIEW = view_of({"period": "7"}, date(2026, 11, 22))


def test_every_table_and_the_plain_list_have_a_tab():
    tabs = term_links.tabs("rising", VIEW, {"find": "du"})

    assert [tab.words for tab in tabs] == [*TITLES.values(), "All terms"]
    assert [tab.words for tab in tabs if tab.is_current] == ["Rising"]
    assert tabs[0].url == "/admin/terms/?period=7&find=du"
    assert tabs[1].url == "/admin/terms/?period=7&tab=rising&find=du"
    assert tabs[-1].url == "/admin/movies/searchterm/"


def test_tabs_without_a_view_lead_to_the_usual_one():
    tabs = term_links.tabs(term_links.ALL)

    assert (tabs[0].url, tabs[1].url) == ("/admin/terms/", "/admin/terms/?tab=rising")
    assert [tab.words for tab in tabs if tab.is_current] == ["All terms"]


def test_a_term_is_not_offered_by_the_hour():
    controls = term_links.controls(VIEW, NOW, 0, {"tab": "films", "chart": ""})

    assert [grain.words for grain in controls.grains] == ["Days", "Weeks", "Months"]
    assert controls.presets[0].url == "?period=today&tab=films"


def test_without_figures_there_is_no_period_to_choose():
    assert term_links.controls(VIEW, None, 0, {}) is None
