import pytest

from notifications import kinds
from notifications.kinds import Kind
from notifications.models import Delivery


@pytest.fixture
def _registry_as_before():
    before = dict(kinds._kinds)
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


def test_a_new_search_term_is_mailed_and_a_filled_film_only_written_down():
    assert kinds.get("new_search_term").goes_at_once
    assert kinds.get("new_search_term").rate_per_hour == 20
    assert kinds.get("movie_filled").delivery == Delivery.NONE
    assert not kinds.get("movie_filled").goes_at_once


def test_the_kinds_of_this_room_are_there_in_the_order_of_their_labels():
    own = {kind.name for kind in kinds.registered()}

    assert own >= {"refill_finished", "task_failed", "omdb_refused", "test"}
    labels = [kind.label for kind in kinds.registered()]
    assert labels == sorted(labels)


def test_a_kind_nobody_registers_any_more_still_has_a_label():
    assert kinds.get("weekly_report").label == "Weekly report"
    assert not kinds.get("weekly_report").goes_at_once


@pytest.mark.usefixtures("_registry_as_before")
def test_registering_twice_leaves_one_kind():
    kinds.register(Kind("digest", "Digest", "digests"))
    kinds.register(Kind("digest", "Weekly digest", "digests"))

    assert [kind.label for kind in kinds.registered() if kind.name == "digest"] == ["Weekly digest"]
