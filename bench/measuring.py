"""Measure on one database: build it in all sizes, read each, then write to copies."""

import logging
from collections.abc import Iterable, Iterator, Sequence

from bench import (
    databases,
    filling,
    folding,
    importing,
    mailing,
    periods,
    publishing,
    reading,
    recording,
    results,
    watching,
)
from bench.building import differences
from bench.databases import Size
from bench.lines import HEAD, Line, row
from bench.worker import Worker
from dashboard.models import RollUp
from dashboard.rollup.covered import covered_days

FLATTER = 0.8
COPY = "bench_copy"


def measure(searches: Iterable[int]) -> int:
    """Print a line a figure; return the exit status: 1 when a bound is missed.

    Without sizes only what needs no searches is measured: mail, publishing and re-fills.
    """
    # That no broker is there to ask for snapshots is known.
    logging.disable(logging.WARNING)
    sizes = [Size(number) for number in sorted(searches)]
    flat = [Size(size.searches, FLATTER) for size in sizes[-1:]]
    words = databases.version()
    print(f"\n{words}")
    for size in [*sizes, *flat]:
        print(f"  built {size}: {databases.made(size)}", flush=True)
        if not size.is_flat:
            print(f"    {checked()}; {reading.prepare()}; {_wagtail(size)}", flush=True)
    print(row(*HEAD))
    missed = 0
    for line in _lines(words.split()[0], sizes, flat):
        print(line, flush=True)
        missed += line.is_missed
    print(f"{words}: {missed} bounds missed")
    return int(missed > 0)


def _lines(words: str, sizes: Sequence[Size], flat: Sequence[Size]) -> Iterator[Line]:
    if sizes:
        yield from reading.lines(words, sizes)
    for size in [*sizes, *flat]:
        databases.use(size.name)
        yield from periods.lines(f"{words}, {size}", size)
    for size in sizes:
        databases.use(size.name)
        yield from periods.report_lines(f"{words}, {size}", size)
        yield from watching.lines(f"{words}, {size}")
    for size in sizes:
        databases.create(COPY, template=size.name)
        databases.use(COPY)
        yield from recording.lines(COPY, f"{words}, {size}")
        yield from folding.lines(f"{words}, {size}")
        databases.drop(COPY)
    # The peer takes half a minute a page of more.
    if counted := [size.searches for size in sizes if size.searches <= results.MOST]:
        yield from results.lines(words, counted)
    yield from importing.lines(words)
    yield from mailing.lines(words)
    yield from publishing.lines(words)
    yield from filling.lines(words)


def checked() -> str:
    """Check three days against their searches; raise if a row is not what a fold makes of them."""
    days = list(covered_days(RollUp.objects.get()))
    some = [days[0], days[len(days) // 2], days[-1]]
    wrong = sum(differences(day) for day in some)
    if wrong:
        raise RuntimeError(f"{wrong} rows of {', '.join(map(str, some))} are wrong.")
    return f"{len(some)} days verified"


def _wagtail(size: Size) -> str:
    wagtail = Worker("bench.wagtail_side", "bench.wagtail_settings", databases.url(size.name))
    rows = wagtail.ask("fill")
    wagtail.stop()
    return f"Wagtail's tables: {rows:,} rows of hits"
