from datetime import timedelta

import pytest
from django.utils import timezone

from movies import formats, labels
from movies.models import Movie, Outcome, Refill, RefillItem, Search, SearchTerm


def refill(**counts: int) -> Refill:
    """Return a re-fill with the counts that with_progress() would have given it."""
    row = Refill(finished_at=None)
    states = ("waiting", "running", "changed", "unchanged", "failed")
    vars(row).update({state: counts.get(state, 0) for state in states})
    vars(row).update(films=sum(counts.values()), postponed=0, retried=0)
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


def test_a_refill_that_is_only_put_off_waits_for_the_budget():
    row = refill(waiting=3)
    row.postponed = 3

    assert labels.refill_state(row) == ("look", "Waiting for budget")
    row.running = 1
    assert labels.refill_state(row) == ("moving", "Running")


def test_a_refill_that_is_put_off_by_an_outage_is_tried_again():
    row = refill(waiting=3, changed=1)
    row.retried, row.retried_at = 3, timezone.now() + timedelta(minutes=5)

    assert labels.refill_state(row) == ("moving", "Trying again")
    assert f"at {formats.clock(row.retried_at)}" in labels.refill_label(row)


def test_a_refill_of_which_some_films_can_go_on_runs():
    row = refill(waiting=3, changed=1)
    row.postponed = row.retried = 1

    assert labels.refill_state(row) == ("moving", "Running")


def test_a_film_that_is_put_off_says_why_and_until_when():
    item = RefillItem(due_at=timezone.now() + timedelta(hours=1))

    assert f'Waiting for budget<span class="state-note">until {formats.clock(item.due_at)}' in (
        labels.item_label(item)
    )
    item.message = "OMDb hung up."
    assert f"at {formats.clock(item.due_at)}: OMDb hung up." in labels.item_label(item)
    assert "Trying again" in labels.item_label(item)


def test_a_refill_that_ended_says_whether_some_failed():
    row = refill(changed=3)
    row.finished_at = timezone.now()

    assert "Done" in labels.refill_label(row)
    row.failed = 1
    assert "Some failed" in labels.refill_label(row)
