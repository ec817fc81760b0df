"""A batch of a file's searches, written with how far the file was read, in one transaction."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from movies.firsts import move_earlier
from movies.importing.inserting import defaults_of, insert, insert_missing
from movies.importing.reading import Found
from movies.models import Import, Origin, Search, SearchTerm

# SQLite takes 32,766 parameters in one statement.
TERMS_A_STATEMENT = 500
# What differs from one to the other. Of a search the first two are known in the transaction only.
OF_SEARCH = (
    *("term_id", "is_first", "uuid", "created_at", "finished_at"),
    *("outcome", "films_found", "total_results", "message"),
)
OF_TERM = ("term", "created_at")


class TakenMeanwhile(Exception):
    """Another process imports the same file: it has come further, and nothing was written."""


class Batch(NamedTuple):
    """Searches in the order of the file, and how far it was read with them."""

    found: Sequence[Found]
    line: int
    offset: int


def write(entry: Import, batch: Batch) -> None:
    """Write a batch and how far the file is read; raise TakenMeanwhile.

    Of a term that is new, or began later, the earliest search in the batch is the first one. No
    signal of a row is sent: nobody is told of what was searched long ago, and nothing becomes
    fresh by it.
    """
    firsts = _firsts(batch.found)
    rows = _prepared(batch.found)
    facts = {"origin": Origin.IMPORT.value, "source_id": entry.pk}
    same = defaults_of(Search, but=OF_SEARCH) | facts
    with transaction.atomic():
        _claim(entry, batch)
        pks, new, begun = _terms(firsts)
        Import.objects.filter(pk=entry.pk).update(terms=F("terms") + len(new))
        written = []
        for found, row in zip(batch.found, rows, strict=True):
            is_first = found.term in begun and firsts[found.term] == found.at
            if is_first:
                # Of two in the same moment only the one that stands before the other.
                begun.remove(found.term)
            written.append((pks[found.term], is_first, *row, *same.values()))
        insert(Search, (*OF_SEARCH, *same), written)
    entry.offset, entry.line = batch.offset, batch.line


def finish(entry: Import) -> None:
    """Note that a file was read to its end; raise TakenMeanwhile if another process did so."""
    entry.finished_at, entry.line = timezone.now(), entry.lines
    if not _of(entry).update(finished_at=entry.finished_at, line=entry.line):
        raise TakenMeanwhile


def _of(entry: Import) -> Any:
    """Return the row of a file if it is still where `entry` is."""
    return Import.objects.filter(pk=entry.pk, offset=entry.offset, finished_at=None)


def _claim(entry: Import, batch: Batch) -> None:
    # Whoever is second waits for this row, and then does not find it.
    claimed = _of(entry).update(
        offset=batch.offset,
        line=batch.line,
        searches=F("searches") + len(batch.found),
        written_at=timezone.now(),
    )
    if not claimed:
        raise TakenMeanwhile


def _firsts(batch: Sequence[Found]) -> dict[str, datetime]:
    """Return the terms of a batch, each with its earliest search."""
    firsts: dict[str, datetime] = {}
    for found in batch:
        if found.at < firsts.setdefault(found.term, found.at):
            firsts[found.term] = found.at
    return firsts


def _prepared(batch: Sequence[Found]) -> list[tuple[Any, ...]]:
    """Return what can be made ready before the transaction, in which others wait."""
    as_moment, key = connection.ops.adapt_datetimefield_value, Search._meta.get_field("uuid")
    rows = []
    for found in batch:
        at, end = as_moment(found.at), found.end
        random = key.get_db_prep_value(uuid.uuid4(), connection)
        rows.append((random, at, at, end.outcome, end.films_found, end.total_results, end.message))
    return rows


def _terms(firsts: Mapping[str, datetime]) -> tuple[dict[str, int], set[str], set[str]]:
    """Return the keys of terms, those that were new, and all that begin with this batch.

    New ones are written now. One that was there keeps all but its beginning, if that is later.
    """
    known = _known(firsts)
    missing = [term for term in firsts if term not in known]
    new = _write_terms(missing, firsts)
    # A visitor may have been quicker with one of them.
    known |= _known([term for term in missing if term not in new])
    later = {pk: term for term, (pk, at) in known.items() if firsts[term] < at}
    moved = {later[pk] for pk in move_earlier({pk: firsts[term] for pk, term in later.items()})}
    return {term: pk for term, (pk, _) in known.items()} | new, set(new), moved | set(new)


def _known(terms: Iterable[str]) -> dict[str, tuple[int, datetime]]:
    """Return key and first search of those terms that are there."""
    found: dict[str, tuple[int, datetime]] = {}
    for some in batched(terms, TERMS_A_STATEMENT):
        rows = SearchTerm.objects.filter(term__in=some).order_by("term")
        found |= {term: (pk, at) for term, pk, at in rows.values_list("term", "pk", "created_at")}
    return found


def _write_terms(terms: Iterable[str], firsts: Mapping[str, datetime]) -> dict[str, int]:
    """Write terms unless they are there; return the keys of those that were not."""
    as_moment = connection.ops.adapt_datetimefield_value
    same = defaults_of(SearchTerm, but=OF_TERM) | {"origin": Origin.IMPORT.value}
    written: dict[str, int] = {}
    # In one order for everybody, so that two imports never wait for each other.
    for some in batched(sorted(terms), TERMS_A_STATEMENT):
        rows = [(term, as_moment(firsts[term]), *same.values()) for term in some]
        written |= insert_missing(SearchTerm, "term", (*OF_TERM, *same), rows)
    return written
