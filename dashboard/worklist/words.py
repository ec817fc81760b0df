"""What the worklist says of a term, in words."""

from django.conf import settings

from dashboard.worklist.lacking import Lack
from dashboard.worklist.reading import Wanted
from movies.formats import counted, number


def held(one: Wanted) -> str:
    """Return `3 of 117`, or what is held where OMDb never said how many films there are."""
    if not one.total:
        return number(one.held)
    return f"{number(one.held)} of {number(one.total)}"


def lacks(lack: Lack) -> str:
    """Return what lacks of a term, in a few words: its films before their details."""
    if lack.missing is None:
        return "not answered yet"
    if lack.missing:
        # Of those that OMDb lists.
        return f"{number(lack.held)} of {counted(lack.held + lack.missing, 'film')} held"
    return f"{number(lack.bare)} of {number(lack.held)} lack details"


def fetch_the_rest(one: Wanted) -> str:
    """Return the words of the button that fetches the rest: with its calls, if it costs any."""
    if settings.OMDB_DEMO:
        return "Fetch the rest"
    return f"Fetch the rest, {calls(one.calls, is_at_least=one.missing is None)}"


def calls(count: int, *, is_at_least: bool) -> str:
    return f"{'at least' if is_at_least else 'about'} {counted(count, 'call')}"
