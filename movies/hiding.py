"""Which terms are spam: they stay, and are searched as before, but nobody counts them."""

from django.contrib.auth.models import User

from movies.audit import write_down
from movies.models import SearchTerm

HIDDEN = "Hidden as spam"
SHOWN = "Shown again"


def set_hidden(term_id: int, user: User, *, is_hidden: bool) -> bool:
    """Hide a term or show it again, and write down who said so.

    Return False if it was so, or is erased. In a transaction of the caller.
    """
    others = SearchTerm.objects.filter(pk=term_id, hidden=not is_hidden, erased_at=None)
    if not others.update(hidden=is_hidden):
        return False
    write_down(user, term_id, f"{HIDDEN if is_hidden else SHOWN}.")
    return True
