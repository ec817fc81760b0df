"""Lines that an import brings in a second, beside a bare bulk insert of the same rows in turns.

The insert has its rows made and its terms written beforehand, and writes 1,000 in a transaction by
Django's bulk_create. An import reads its file twice, knows each line and each term, writes how
far it is, and on SQLite leaves the lock to others for as long as it held it.
"""

import csv
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from django.core.management import call_command
from django.db import transaction

from bench import databases
from bench.lines import Line, a_second, ms
from bench.timing import middle
from movies.importing import running, writing
from movies.models import Import, Origin, Outcome, Search, SearchTerm

NAME = "bench_import"
LINES, TERMS = 100_000, 20_000
ROUNDS = 3
AT_ONCE = 1000
AT_LEAST = 0.4
# Of SQLite's one writer.
LOCKED_AT_MOST = 100


def lines(words: str, number: int = LINES, rounds: int = ROUNDS) -> Iterator[Line]:
    """Measure on a database of its own, of which nothing is left."""
    databases.create(NAME)
    databases.use(NAME)
    call_command("migrate", verbosity=0)
    try:
        ours: list[float] = []
        bare: list[float] = []
        held: list[float] = []
        for seed in range(rounds):
            ours.append(_imported(number, seed, held))
            bare.append(_inserted(number, seed + rounds))
        ratio = middle(ours) / middle(bare)
        peer = f"{a_second(middle(bare))} bulk_create"
        yield Line(
            f"{words}: lines imported", a_second(middle(ours)), peer, ratio, at_least=AT_LEAST
        )
        # The longest of all is as long as this machine was busy with something else.
        most = sorted(held)[len(held) * 99 // 100]
        yield Line(
            f"{words}: 99 of 100 batches of an import",
            ms(most),
            f"{ms(max(held))} the longest",
            most,
            at_most=LOCKED_AT_MOST if words.startswith("SQLite") else None,
        )
    finally:
        databases.drop(NAME)


def _searches(number: int, seed: int) -> list[tuple[datetime, str]]:
    """Return moments and terms, some of which are searched again and again."""
    draw = random.Random(seed)
    start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=30 * seed)
    ranks = (min(TERMS, int(draw.paretovariate(0.6))) for _ in range(number))
    return [
        (start + timedelta(seconds=20 * place), f"film {seed} {rank}")
        for place, rank in enumerate(ranks)
    ]


def _imported(number: int, seed: int, held: list[float]) -> float:
    """Return lines a second of an import, of a file of its own; add how long a batch took."""
    content = StringIO()
    csv.writer(content).writerows(
        (at.isoformat(), term, "fetched", 3) for at, term in _searches(number, seed)
    )
    plain = writing.write

    def timed(entry: Import, batch: writing.Batch) -> None:
        began = perf_counter()
        plain(entry, batch)
        held.append(1000 * (perf_counter() - began))

    running.writing.write = timed
    with TemporaryDirectory() as folder:
        file = Path(folder, "log.csv")
        file.write_text(content.getvalue())
        began = perf_counter()
        try:
            call_command("import_searches", str(file), verbosity=0, stdout=StringIO())
        finally:
            running.writing.write = plain
    if Import.objects.latest("pk").searches != number:
        raise RuntimeError("the import left lines out")
    return number / (perf_counter() - began)


def _inserted(number: int, seed: int) -> float:
    """Return rows a second of the bare insert."""
    found = _searches(number, seed)
    terms = [SearchTerm(term=term) for term in sorted({term for _, term in found})]
    SearchTerm.objects.bulk_create(terms, batch_size=500)
    pks = {one.term: one.pk for one in terms}
    rows = [
        Search(
            uuid=uuid.uuid4(),
            term_id=pks[term],
            origin=Origin.IMPORT,
            outcome=Outcome.FETCHED,
            films_found=3,
            total_results=3,
            created_at=at,
            finished_at=at,
        )
        for at, term in found
    ]
    began = perf_counter()
    for place in range(0, number, AT_ONCE):
        with transaction.atomic():
            Search.objects.bulk_create(rows[place : place + AT_ONCE])
    return number / (perf_counter() - began)
