"""Terms that look alike, as PostgreSQL's pg_trgm tells it: shared trigrams through all of both.

PostgreSQL reads them from its index. SQLite's index of trigrams names candidates, never more than
so many of one trigram, and the same measure is taken of these here.
"""

import re
from collections import Counter
from typing import NamedTuple

from django.db import connection

from movies.models import SearchTerm

# What pg_trgm calls similar, and how many are named.
LEAST = 0.3
MOST = 10
# Of each trigram so many terms are looked at, and of all of them so many are measured.
A_TRIGRAM = 2000
MEASURED = 300
INDEX = "movies_searchterm_trigrams"


class Likeness(NamedTuple):
    term: SearchTerm
    similarity: float


def like(term: SearchTerm) -> list[Likeness] | None:
    """Return other terms, not merged, the most alike first; None where nothing can be told.

    That is on a PostgreSQL whose pg_trgm nobody was allowed to create. Nothing is like what was
    erased.
    """
    if term.erased_at:
        return []
    if connection.vendor == "postgresql":
        found = _by_pg_trgm(term.term)
    else:
        found = _by_candidates(term.term)
    if found is None:
        return None
    others = SearchTerm.objects.filter(canonical=None, erased_at=None, pk__in=dict(found))
    others = others.exclude(pk__in=(term.pk, term.canonical_id or term.pk))
    alike = [Likeness(other, dict(found)[other.pk]) for other in others]
    return sorted(alike, key=lambda one: (-one.similarity, one.term.pk))[:MOST]


def _by_pg_trgm(text: str) -> list[tuple[int, float]] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [INDEX])
        if cursor.fetchone() == (None,):
            return None
        # More than are named, for some of them may be merged.
        cursor.execute(  # where there is pg_trgm
            "SELECT id, similarity(term, %s) FROM movies_searchterm WHERE term %% %s "
            "ORDER BY 2 DESC, id LIMIT %s",
            [text, text, MEASURED],
        )
        return list(cursor.fetchall())  # where there is pg_trgm


def _by_candidates(text: str) -> list[tuple[int, float]]:
    wanted = trigrams_of(text)
    found = SearchTerm.objects.in_bulk(_candidates(wanted))
    measured = [(pk, similarity(wanted, trigrams_of(other.term))) for pk, other in found.items()]
    return [(pk, alike) for pk, alike in measured if alike >= LEAST]


def trigrams_of(text: str) -> set[str]:
    """Return the trigrams of each word's letters and digits, with the blanks around it."""
    found: set[str] = set()
    for word in re.findall(r"[^\W_]+", text.lower()):
        padded = f"  {word} "
        found.update(padded[place : place + 3] for place in range(len(padded) - 2))
    return found


def similarity(one: set[str], other: set[str]) -> float:
    """Return the shared part of all trigrams of both; 0 of two terms without a letter or digit."""
    return len(one & other) / max(1, len(one | other))


def _candidates(wanted: set[str]) -> list[int]:
    """Return the terms that share the most of these trigrams, as far as they are looked at."""
    shared: Counter[int] = Counter()
    with connection.cursor() as cursor:
        for trigram in wanted:
            cursor.execute(
                "SELECT rowid FROM movies_termtrigrams WHERE movies_termtrigrams MATCH %s LIMIT %s",
                [f'"{trigram}"', A_TRIGRAM],
            )
            shared.update(pk for (pk,) in cursor.fetchall())
    return [pk for pk, _ in shared.most_common(MEASURED)]
