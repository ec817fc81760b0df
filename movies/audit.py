"""The lines that staff's decisions about terms leave in the audit log."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User

from movies.models import SearchTerm


def write_down(user: User, term_id: int, words: str) -> None:
    """Write a line about a term; in it terms are named by keys, which outlive their words."""
    term = SearchTerm.objects.filter(pk=term_id)
    LogEntry.objects.log_actions(user.pk, term, CHANGE, words, single_object=True)
