import pytest

from dashboard.ranks.boards import STATES, Entry
from dashboard.term_pages.term_changes import STATES as WORDS
from dashboard.term_pages.term_changes import UNKNOWN, change_label, percent, proof, state_label

NBSP = "\N{NO-BREAK SPACE}"


def entry(state: str, ratio=None, low=None, high=None) -> Entry:
    return Entry(1, 10, 5, 0, 0, state, ratio, low, high)


def test_every_state_of_a_table_has_its_words():
    assert set(WORDS) == set(STATES)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.404, f"+40.4{NBSP}%"),
        (0.5, f"\N{MINUS SIGN}50.0{NBSP}%"),
        (1, f"+0.0{NBSP}%"),
        (13.342, f"+1,234{NBSP}%"),
        (None, f"\N{MINUS SIGN}100.0{NBSP}%"),
    ],
)
def test_a_change_has_its_sign_and_a_true_minus(ratio, words):
    assert percent(ratio) == words


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.4099, f"+40.9{NBSP}%"),
        (0.5001, f"\N{MINUS SIGN}49.9{NBSP}%"),
        (46.259, f"+4,525{NBSP}%"),
    ],
)
def test_what_is_proven_is_never_rounded_up(ratio, words):
    assert percent(ratio, towards_none=True) == words


def test_a_rise_says_what_is_proven_of_it():
    label = change_label(entry("rising", 2.0, 1.4, 3.0))

    assert f"+100.0{NBSP}%" in label
    assert f"at least +40.0{NBSP}%, 95{NBSP}% sure" in label
    assert 'tabindex="0"' in label


def test_a_rise_from_nothing_has_no_per_cent_but_a_least():
    label = change_label(entry("rising", None, 4.0))

    assert "Rising" in label
    assert f"at least +300.0{NBSP}%" in label


def test_a_fall_says_what_is_proven_of_it():
    assert proof(entry("falling", 0.5, 0.3, 0.7)).startswith("at least \N{MINUS SIGN}30.0")


@pytest.mark.parametrize(("ratio", "arrow"), [(1.1, "▲"), (0.9, "▼"), (1.0, "")])
def test_a_change_that_is_not_proven_is_quiet_and_says_so(ratio, arrow):
    label = change_label(entry("steady", ratio, 0.8, 1.5))

    assert "term-quiet" in label
    assert (arrow or "▲") in label or not arrow
    assert "between \N{MINUS SIGN}20.0" in label
    assert "no provable change" in label


@pytest.mark.parametrize(("low", "high"), [(1.01, 1.9), (1.01, None), (0.4, 0.99), (None, 0.99)])
def test_an_interval_without_no_change_in_it_says_why_it_proves_nothing(low, high):
    assert proof(entry("steady", 1.5, low, high)).endswith(
        ": among so many terms that can be chance"
    )


@pytest.mark.parametrize(("low", "high"), [(1, 2), (0.5, 1), (None, None)])
def test_an_interval_that_holds_no_change_proves_none(low, high):
    assert proof(entry("steady", 1.2, low, high)).endswith(": no provable change")


def test_a_change_without_an_upper_end_says_so():
    assert "and any rise" in proof(entry("steady", 1.5, 0.9, None))


def test_a_change_that_is_not_known_says_only_its_state():
    assert "No provable change" in change_label(entry("steady"))


@pytest.mark.parametrize(
    ("state", "words"), [("new", "New"), ("gone", "Gone"), ("few", "Too few to tell")]
)
def test_new_gone_and_too_few_are_states_of_their_own(state, words):
    assert words in change_label(entry(state))
    assert proof(entry(state)) == ""


def test_nothing_to_compare_with_is_read_aloud():
    assert change_label(entry("")) == UNKNOWN
    assert "nothing to compare with" in UNKNOWN
    assert state_label("") == ""
