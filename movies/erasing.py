"""Forget what people typed: a term keeps its row, so that its searches still count, and no text.

What stands in its place holds white space that no normalised term has: nobody can search for it.
"""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Value
from django.db.models.functions import Replace
from django.utils import timezone

from movies.audit import write_down
from movies.importing.moments import shortened
from movies.models import Hit, Import, Origin, Search, SearchTerm

ERASED = "(erased)"
# What all erased terms are merged into.
ROOT = f"{ERASED} "
WRITTEN = "Erased"


class NotErasable(Exception):
    """The text cannot be forgotten now; the message tells staff why."""


def erase(term_id: int, user: User) -> str | None:
    """Forget the text of a term and what it found, and write down who said so.

    Returns the text that it had, for the other rooms; None if it was erased already. In a
    transaction of the caller. Raises NotErasable.
    """
    # Who asks for a search waits here, and then finds no such term.
    term = SearchTerm.objects.select_for_update(no_key=True).get(pk=term_id)
    if term.erased_at:
        return None
    if Search.objects.unfinished().filter(term=term).exists():
        raise NotErasable("A search for it has not ended: erase it when it has.")
    if term.variants.exists():
        raise NotErasable("Other terms are merged into it: undo these merges first.")
    text = term.term
    SearchTerm.objects.filter(pk=term_id).update(
        term=f"{ERASED}  {term_id}",
        erased_at=timezone.now(),
        canonical=None,
        last_search=None,
        last_outcome="",
        total_results=None,
        is_short=False,
    )
    Hit.objects.filter(term=term_id).delete()
    said = Search.objects.filter(term=term_id, message__contains=text)
    said.update(message=Replace(F("message"), Value(text), Value(ERASED)))
    _forget_bad_lines(text)
    this = ContentType.objects.get_for_model(SearchTerm)
    lines = LogEntry.objects.filter(content_type=this, object_id=str(term_id))
    write_down(user, term_id, f"{WRITTEN}.")
    lines.update(object_repr=f"Term {term_id}")
    return text


def _forget_bad_lines(text: str) -> None:
    """Forget why lines of files were left out where the reason names the text."""
    for entry in Import.objects.exclude(bad_lines=[]):
        lines = [
            [number, ERASED if shortened(text) in reason.casefold() else reason]
            for number, reason in entry.bad_lines
        ]
        if lines != entry.bad_lines:
            Import.objects.filter(pk=entry.pk).update(bad_lines=lines)


def root() -> SearchTerm:
    """Return what all erased terms are merged into; it is announced to nobody."""
    made = SearchTerm(term=ROOT, origin=Origin.IMPORT, erased_at=timezone.now())
    SearchTerm.objects.bulk_create([made], ignore_conflicts=True)
    return SearchTerm.objects.get(term=ROOT)
