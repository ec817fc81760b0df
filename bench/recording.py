"""Searches recorded in a second, by one process and by two, against two peers in turns.

The terms are known and fresh. Wagtail's day has just begun, as in an hour of a real one, when
about half of the hits are the first of their term that day.
"""

from collections.abc import Iterator

from bench import databases
from bench.lines import Line, a_second, ms
from bench.timing import ROUNDS, Pace, middle
from bench.worker import Worker

AGAINST_WAGTAIL = 4.0
AGAINST_INSERT = 0.4
SECONDS = 1.5

type Paces = dict[str, list[list[Pace]]]


def lines(name: str, words: str) -> Iterator[Line]:
    """Measure on a copy that may be written to, which has Wagtail's tables as well."""
    workers = {
        "record": _pair("bench.our_side", "bench.settings", name),
        "wagtail": _pair("bench.wagtail_side", "bench.wagtail_settings", name),
    }
    contenders = {
        "ours": ("record", "record"),
        "wagtail": ("wagtail", "record"),
        "again": ("wagtail", "record_again"),
        "insert": ("record", "insert"),
    }
    try:
        workers["wagtail"][0].ask("begin_days")
        for processes in (1, 2):
            paces: Paces = {contender: [] for contender in contenders}
            for number in range(ROUNDS):
                for contender, (who, function) in contenders.items():
                    active = workers[who][:processes]
                    paces[contender].append(_round(active, function, number))
            yield from _compared(paces, f"{words}: recording, {_counted(processes)}")
    finally:
        for worker in [*workers["record"], *workers["wagtail"]]:
            worker.stop()


def _pair(module: str, settings: str, name: str) -> list[Worker]:
    return [Worker(module, settings, databases.url(name)) for _ in range(2)]


def _counted(processes: int) -> str:
    return "1 process" if processes == 1 else f"{processes} processes"


def _round(active: list[Worker], function: str, number: int) -> list[Pace]:
    for place, worker in enumerate(active):
        worker.begin(function, SECONDS, number * len(active) + place)
    return [worker.result() for worker in active]


def _compared(paces: Paces, words: str) -> Iterator[Line]:
    rates = {
        contender: middle([sum(pace["a_second"] for pace in one) for one in rounds])
        for contender, rounds in paces.items()
    }
    ours = a_second(rates["ours"])
    yield Line(
        f"{words}, Wagtail's add_hit()",
        ours,
        a_second(rates["wagtail"]),
        rates["ours"] / rates["wagtail"],
        at_least=AGAINST_WAGTAIL,
    )
    yield Line(
        f"{words}, add_hit() of terms hit today",
        ours,
        a_second(rates["again"]),
        rates["ours"] / rates["again"],
    )
    yield Line(
        f"{words}, one bare INSERT",
        ours,
        a_second(rates["insert"]),
        rates["ours"] / rates["insert"],
        at_least=AGAINST_INSERT,
    )
    waits = {contender: _longest(rounds) for contender, rounds in paces.items()}
    yield Line(
        f"{words}, longest wait",
        ms(waits["ours"]),
        f"{ms(waits['wagtail'])}, INSERT {ms(waits['insert'])}",
    )


def _longest(rounds: list[list[Pace]]) -> float:
    return max(pace["longest"] for one in rounds for pace in one)
