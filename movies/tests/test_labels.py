from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from movies import formats, labels
from movies.models import Movie, Outcome, Refill, RefillItem, Search, SearchTerm


def refill(waiting: int = 0, running: int = 0, **counts: int) -> Any:
    """Return a re-fill as with_progress() would have read it."""
    row = Refill(films=waiting + running + sum(counts.values()), **counts)
    vars(row).update(running=running, retried=0, held_until=None)
    return row


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_an_icon_and_its_word(outcome):
    label = labels.search_label(Search(outcome=outcome, films_found=1))

    assert outcome.label in label
    assert any(icon in label for icon in labels.ICONS.values())


def test_a_search_that_has_not_ended_waits_or_searches():
    assert "Waiting" in labels.search_label(Search())
    assert "Searching" in labels.search_label(Search(started_at=timezone.now()))


def test_a_search_says_why_only_when_asked():
    search = Search(outcome=Outcome.FAILED, message="OMDb did not answer in 10 s.")

    assert "10 s" not in labels.search_label(search)
    assert "10 s" in labels.search_label(search, note=True)


@pytest.mark.parametrize(
    ("last_outcome", "word"),
    [(Outcome.TOO_MANY, "Too broad"), (Outcome.NOT_FOUND, "Nothing found"), ("", "Nothing found")],
)
def test_a_cached_search_that_showed_no_film_says_what_the_cache_held(last_outcome, word):
    term = SearchTerm(term="up", last_outcome=last_outcome)

    label = labels.search_label(Search(term=term, outcome=Outcome.CACHED))

    assert "state-rest" in label
    assert f'{word}<span class="state-note">from cache</span>' in label


def test_what_a_server_said_is_text_and_not_markup():
    search = Search(outcome=Outcome.FAILED, message="<script>")

    assert "<script>" not in labels.search_label(search, note=True)


def test_a_film_that_lacks_details_is_no_fault():
    assert "state-good" in labels.film_label(Movie(is_full_record=True))
    assert "state-rest" in labels.film_label(Movie())


def test_a_film_that_a_refill_is_to_fetch_is_moving():
    label = labels.film_label(Movie(is_full_record=True), is_being_refilled=True)

    assert "state-moving" in label
    assert "Being re-filled" in label


@pytest.mark.parametrize("state", RefillItem.State)
def test_every_item_has_a_word(state):
    assert str(state.label) in labels.item_label(RefillItem(state=state))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"waiting": 3}, ("rest", "Waiting")),
        ({"waiting": 3, "running": 1}, ("moving", "Running")),
        ({"waiting": 3, "changed": 1}, ("moving", "Running")),
    ],
)
def test_a_refill_runs_once_a_film_was_begun(counts, expected):
    assert labels.refill_state(refill(**counts)) == expected


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("paused_at", ("look", "Paused")),
        ("out_of_budget_at", ("look", "Waiting for budget")),
        ("cancelled_at", ("rest", "Cancelled")),
    ],
)
def test_a_refill_that_is_held_up_says_by_what_and_why(db, fact, expected):
    row = refill(waiting=3, running=1, cancelled=2)
    setattr(row, fact, timezone.now())

    assert labels.refill_state(row) == expected
    assert "state-note" in labels.refill_label(row)


def test_a_refill_that_broke_off_is_tried_again():
    row = refill(waiting=3, changed=1)
    row.retried, row.retried_at = 3, timezone.now() + timedelta(minutes=5)

    assert labels.refill_state(row) == ("moving", "Trying again")
    assert f"at {formats.clock(row.retried_at)}" in labels.refill_label(row)


def test_a_refill_of_which_some_films_can_go_on_runs():
    row = refill(waiting=3, changed=1)
    row.retried = 1

    assert labels.refill_state(row) == ("moving", "Running")


def test_a_film_that_is_put_off_says_why_and_until_when():
    later = timezone.now() + timedelta(hours=1)
    item = RefillItem(due_at=later, message="It broke off.")

    assert f"at {formats.clock(later)}: It broke off." in labels.item_label(item)
    assert "Trying again" in labels.item_label(item)
    assert f'Waiting for budget<span class="state-note">until about {formats.clock(later)}' in (
        labels.item_label(RefillItem(), later)
    )


def test_a_refill_that_ended_says_whether_some_failed():
    row = refill(changed=3)
    row.finished_at = timezone.now()

    assert labels.refill_state(row) == ("good", "Done")
    row.failed = 1
    assert labels.refill_state(row) == ("look", "Some failed")
    assert "1 of 3" in labels.refill_label(row)


def test_a_refill_of_which_all_failed_needs_somebody():
    row = refill(failed=3)
    row.finished_at = timezone.now()

    assert labels.refill_state(row) == ("needs", "Failed")
