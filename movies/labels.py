"""State labels: an icon and a word, never a raw name, never colour alone."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import calls, formats
from movies.models import Movie, Outcome, Refill, RefillItem, Search

# The five roles of a state and the sign each carries.
ICONS = {"rest": "○", "moving": "↻", "good": "✓", "look": "!", "needs": "✕"}
WAITING = "Waiting"
WAITING_FOR_BUDGET = "Waiting for budget"
TRYING_AGAIN = "Trying again"

_OUTCOMES = {
    Outcome.CACHED: "good",
    Outcome.FETCHED: "good",
    Outcome.NOTHING_NEW: "good",
    Outcome.NOT_FOUND: "rest",
    Outcome.TOO_MANY: "rest",
    Outcome.OVER_BUDGET: "look",
    Outcome.REFUSED: "needs",
    Outcome.FAILED: "needs",
}
_ITEMS = {
    RefillItem.State.WAITING: "rest",
    RefillItem.State.RUNNING: "moving",
    RefillItem.State.CHANGED: "good",
    RefillItem.State.UNCHANGED: "good",
    RefillItem.State.FAILED: "needs",
    RefillItem.State.CANCELLED: "rest",
}


def label(role: str, word: str, note: str = "") -> SafeString:
    """Return `word` with its role's icon and class; `note` says why, or what happens next."""
    return format_html(
        '<span class="state state-{}"><span class="state-icon" aria-hidden="true">{}</span>'
        "{}{}</span>",
        role,
        ICONS[role],
        word,
        format_html('<span class="state-note">{}</span>', note) if note else "",
    )


def film_label(movie: Movie, *, is_being_refilled: bool = False) -> SafeString:
    """Return whether OMDb's details of a film are held; lacking them is no fault."""
    if is_being_refilled:
        return label("moving", "Being re-filled")
    if movie.is_full_record:
        return label("good", "Complete")
    return label("rest", "Lacks details")


def outcome_label(outcome: Outcome, note: str = "") -> SafeString:
    """Return the label of how a search ended."""
    return label(_OUTCOMES[outcome], str(outcome.label), note)


def search_label(search: Search, *, note: bool = False) -> SafeString:
    """Return the label of a search, with the reason of a bad end if `note`."""
    if search.outcome == Outcome.CACHED and not search.films_found:
        # What is held of the term is that OMDb showed no film.
        is_broad = search.term.last_outcome == Outcome.TOO_MANY
        return outcome_label(Outcome.TOO_MANY if is_broad else Outcome.NOT_FOUND, "from cache")
    if search.source_id and search.message:
        return label("rest", "Unknown")
    if search.outcome:
        return outcome_label(Outcome(search.outcome), search.message if note else "")
    if search.started_at:
        return label("moving", "Searching")
    return label("rest", "Waiting")


def is_unsaid(search: Search) -> bool:
    """Return whether nobody knows how many films it showed, as of some that were imported."""
    return search.source_id is not None and search.total_results is None


def item_label(item: RefillItem, opens_at: datetime | None = None) -> SafeString:
    """Return the label of one film of a re-fill, with its reason and when it goes on.

    `opens_at` is when its re-fill expects OMDb calls again, if it waits for them.
    """
    state = RefillItem.State(item.state)
    if state == RefillItem.State.WAITING and item.due_at > timezone.now():
        at = formats.clock(item.due_at)
        return label("moving", TRYING_AGAIN, format_html("at {}: {}", at, item.message))
    if state == RefillItem.State.WAITING and opens_at:
        return label("look", WAITING_FOR_BUDGET, _until(opens_at))
    return label(_ITEMS[state], str(state.label), item.message)


def refill_label(refill: Any) -> SafeString:
    """Return the label of a re-fill read through `Refill.objects.with_progress()`."""
    role, word = refill_state(refill)
    return label(role, word, _note_of(refill, word))


def _note_of(refill: Any, word: str) -> SafeString | str:
    match word:
        case "Cancelled":
            return f"{formats.counted(refill.cancelled, 'film')} not begun"
        case "Paused":
            return format_html("since {}", formats.clock(refill.paused_at))
        case "Some failed" | "Failed":
            return f"{formats.number(refill.failed)} of {formats.number(refill.films)}"
        case word if word == WAITING_FOR_BUDGET:
            return _until(calls.budget().refills_open_at)
        case _ if is_held(refill):
            return format_html("{}: {}", _until(refill.held_until), refill.held_why)
        case word if word == TRYING_AGAIN:
            return format_html("at {}", formats.clock(refill.retried_at))
    return ""


def _until(opens_at: datetime) -> SafeString:
    return format_html("until about {}", formats.clock(opens_at))


def refill_state(refill: Any) -> tuple[str, str]:
    """Return role and word of a re-fill read through `Refill.objects.with_progress()`."""
    if refill.cancelled_at:
        return "rest", "Cancelled"
    if refill.finished_at:
        return _end_of(refill)
    if refill.paused_at:
        return "look", "Paused"
    if refill.out_of_budget_at:
        return "look", WAITING_FOR_BUDGET
    if refill.held_until:
        return "rest", WAITING
    if refill.retried and refill.retried == refill.open:
        return "moving", TRYING_AGAIN
    return ("moving", "Running") if refill.running or refill.ended else ("rest", WAITING)


def is_held(refill: Any) -> bool:
    """Return whether it waits for OMDb, which is away or refuses the key."""
    return bool(refill.held_until) and refill_state(refill)[1] == WAITING


def _end_of(refill: Refill) -> tuple[str, str]:
    if not refill.failed:
        return "good", "Done"
    return ("needs", "Failed") if refill.failed == refill.ended else ("look", "Some failed")
