"""Forget what people typed: a term keeps its row, so that its searches still count, and no text.

What stands in its place holds white space that no normalised term has: nobody can search for it.
"""

import re

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from movies.audit import write_down
from movies.models import Hit, Import, Origin, Search, SearchTerm
from movies.terms import one_spelling

ERASED = "(erased)"
# What all erased terms are merged into.
ROOT = f"{ERASED} "
WRITTEN = "Erased"
# What a reason quotes of a line, cut where it is long: movies.importing.moments.shortened.
QUOTED = re.compile("“([^”]*?)(…?)”")


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
    for message in said.order_by().values_list("message", flat=True).distinct():
        said.filter(message=message).update(message=without(message, text))
    _forget_bad_lines(text)
    this = ContentType.objects.get_for_model(SearchTerm)
    lines = LogEntry.objects.filter(content_type=this, object_id=str(term_id))
    write_down(user, term_id, f"{WRITTEN}.")
    lines.update(object_repr=f"Term {term_id}")
    return text


def without(words: str, text: str) -> str:
    """Return words with a text erased wherever it stands by itself, and is no part of a word."""
    return re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", ERASED, words)


def _forget_bad_lines(text: str) -> None:
    """Forget why lines of files were left out where the reason names the text as it was typed."""
    for entry in Import.objects.exclude(bad_lines=[]):
        lines = [
            [number, ERASED if _quotes(reason, text) else reason]
            for number, reason in entry.bad_lines
        ]
        if lines != entry.bad_lines:
            Import.objects.filter(pk=entry.pk).update(bad_lines=lines)


def _quotes(reason: str, text: str) -> bool:
    """Return whether a reason quotes what the text was typed as, or its beginning."""
    for quoted, cut in QUOTED.findall(reason):
        spelled = one_spelling(quoted)
        if spelled == text or (cut and text.startswith(spelled)):
            return True
    return False


def root() -> SearchTerm:
    """Return what all erased terms are merged into; it is announced to nobody."""
    made = SearchTerm(term=ROOT, origin=Origin.IMPORT, erased_at=timezone.now())
    SearchTerm.objects.bulk_create([made], ignore_conflicts=True)
    return SearchTerm.objects.get(term=ROOT)
