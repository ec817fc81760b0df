import pytest

from notifications.states import ARROWS, NEEDS_REVIEW, OPEN, RETRIED, WAITING, State


def test_the_table_knows_every_state():
    assert set(ARROWS) == set(State)


def test_what_was_sent_or_merged_stays_so():
    assert ARROWS[State.SENT] == ARROWS[State.MERGED] == frozenset()


def test_only_what_is_queued_can_be_taken_to_be_sent():
    assert [state for state, ways in ARROWS.items() if State.SENDING in ways] == [State.QUEUED]


def test_only_what_is_collected_goes_into_a_digest():
    assert [state for state, ways in ARROWS.items() if State.MERGED in ways] == [State.HELD]


@pytest.mark.parametrize("state", RETRIED)
def test_what_staff_may_retry_can_be_queued(state):
    assert State.QUEUED in ARROWS[state]


@pytest.mark.parametrize("state", WAITING)
def test_what_waits_can_be_cancelled(state):
    assert State.CANCELLED in ARROWS[state]


def test_nothing_is_both_open_and_over():
    assert not set(OPEN) & set(NEEDS_REVIEW + RETRIED)
