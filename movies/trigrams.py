"""The index of trigrams on SQLite, by which terms that look alike are found.

It is no part of a migration: one that remakes the table of terms, as most on SQLite do, drops its
triggers without a word. So after every `migrate` what lacks is made, and the index filled anew.
FTS5's tokenizer cuts what it is given into trigrams; a word is given with the blanks around it
that PostgreSQL's pg_trgm counts as well.
"""

from django.db import connections, transaction

TERMS = "movies_searchterm"
INDEX = "movies_termtrigrams"
PADDED = "'  ' || replace({}term, ' ', '   ') || ' '"
ADD = f"INSERT INTO {INDEX} (rowid, term) VALUES (new.id, {PADDED.format('new.')});"  # noqa: S608 - names of columns, not of people
REMOVE = (
    f"INSERT INTO {INDEX} ({INDEX}, rowid, term) "  # noqa: S608 - names of columns, not of people
    f"VALUES ('delete', old.id, {PADDED.format('old.')});"
)
TRIGGERS = {
    "term_trigrams_added": f"AFTER INSERT ON {TERMS} BEGIN {ADD} END",
    "term_trigrams_removed": f"AFTER DELETE ON {TERMS} BEGIN {REMOVE} END",
    "term_trigrams_changed": (
        f"AFTER UPDATE OF term ON {TERMS} WHEN old.term <> new.term BEGIN {REMOVE} {ADD} END"
    ),
}
MAKE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} "
    "USING fts5 (term, tokenize='trigram', detail=none, content='')",
    f"INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all')",  # noqa: S608 - names of columns, not of people
    f"INSERT INTO {INDEX} (rowid, term) SELECT id, {PADDED.format('')} FROM {TERMS}",  # noqa: S608 - names of columns, not of people
    *(f"CREATE TRIGGER IF NOT EXISTS {name} {does}" for name, does in TRIGGERS.items()),
)


def install(using: str, **kwargs: object) -> None:
    """Make on SQLite what lacks of the index; nothing where it is whole, or there are no terms."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master")
        there = {name for (name,) in cursor.fetchall()}
        if TERMS in there and not there.issuperset(TRIGGERS):
            for statement in MAKE:
                cursor.execute(statement)
