"""The first line of the Terms page: the answer of a table in words."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.periods import View
from dashboard.ranks import bases
from dashboard.ranks.boards import TermRow, TermTable
from dashboard.term_pages.term_changes import MINUS, percent
from dashboard.term_pages.term_links import term_url
from movies.formats import counted, number, rate


def answer(table: TermTable, view: View) -> SafeString:
    """Return what a table says, with its first term where that is on the page."""
    if is_nothing(table):
        return format_html("{}", table.reason)
    if not table.is_ready:
        return format_html("The figures of {} are being worked out.", view.words)
    if table.is_all_new:
        return format_html("{}", bases.why_too_early(bases.first_search(everyone=view.everyone)))
    told = _told(table)
    leader = next((row for row in table.rows if row.rank == 1), None)
    if leader is None:
        return format_html("{}.", told)
    term = quoted(leader.term, term_url(leader.term_id, view))
    return format_html("{}; {} {}.", told, term, _leads(table, leader))


def is_nothing(table: TermTable) -> bool:
    """Return whether all that can be said of a table is why it is empty."""
    return not table.whole if table.is_ready else table.figures_to is None


def quoted(term: str, url: str) -> SafeString:
    """Return a term within a sentence, cut where it is very long, with the way to its page."""
    return format_html(
        '<span class="nowrap">“<a class="cut" href="{}" title="{}"><bdi>{}</bdi></a>”</span>',
        url,
        term,
        term,
    )


def _told(table: TermTable) -> str:
    terms = counted(table.terms or 0, "term")
    are = "is" if table.terms == 1 else "are"
    match table.key:
        case "rising" | "falling" | "gone":
            return f"{terms} {are} {table.title.lower()}"
        case "new":
            return f"{terms} {'was' if table.terms == 1 else 'were'} searched for the first time"
        case "empty":
            return f"{counted(table.whole, 'search', 'searches')} found nothing"
    searches = counted(table.whole, "search", "searches")
    return searches if table.terms is None else f"{searches} for {terms}"


def _leads(table: TermTable, leader: TermRow) -> str:
    match table.key:
        case "rising":
            return f"by at least {_unsigned(leader.low)}"
        case "falling":
            return f"by at least {_unsigned(leader.high)}"
        case "gone":
            return f"had {counted(leader.before or 0, 'search', 'searches')}"
        case "empty":
            return f"most often, {counted(leader.nothing_found, 'time')}"
        case "new":
            return f"most often, {counted(leader.searches, 'time')}"
    return f"leads with {number(leader.searches)} ({rate(leader.share, 1)})"


def _unsigned(ratio: float | None) -> str:
    """Return the change without its sign: the sentence says which way it went."""
    return percent(ratio, towards_none=True).lstrip(f"+{MINUS}")
