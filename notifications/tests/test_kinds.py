import pytest

from notifications import kinds
from notifications.kinds import Kind


@pytest.fixture
def _registry_as_before():
    before = dict(kinds._kinds)
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


def test_a_new_search_term_is_mailed_and_a_filled_film_only_written_down():
    assert kinds.get("new_search_term") == Kind("new_search_term", "New search term", mailed=True)
    assert kinds.get("movie_filled") == Kind("movie_filled", "Film filled", mailed=False)


def test_a_kind_nobody_registers_any_more_still_has_a_label():
    assert kinds.get("weekly_report").label == "Weekly report"
    assert not kinds.get("weekly_report").mailed


@pytest.mark.usefixtures("_registry_as_before")
def test_registering_twice_leaves_one_kind():
    kinds.register(Kind("digest", "Digest"))
    kinds.register(Kind("digest", "Weekly digest"))

    assert [kind.label for kind in kinds.registered() if kind.name == "digest"] == ["Weekly digest"]
