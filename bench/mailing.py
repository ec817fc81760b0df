"""Mails sent in a second from a full queue, beside post_office with its defaults in turns.

Both hand the same text to the same minimal mail server, for one recipient. Ours writes an attempt,
a lease and a fence for each of them, which post_office has not; so what each sends once more after
a kill is printed beside its pace.
"""

import time
from collections.abc import Callable, Iterator, Sequence

from bench import databases
from bench.lines import Line, a_second, ms
from bench.timing import ROUNDS, Pace, middle
from bench.worker import Worker

OURS, PEER = "bench_mail", "bench_post_office"
ONE_RELAY = 0.4
TWO_RELAYS = 0.65
MAILS = 3000
KILLS = 3
BEFORE_A_KILL = 600
SECONDS = 1.5


def lines(words: str, mails: int = MAILS) -> Iterator[Line]:
    """Measure on two databases of their own, of which nothing is left."""
    for name in (OURS, PEER):
        databases.create(name)
    sink = Worker("bench.sink", "bench.settings", databases.url(OURS))
    try:
        outbox = Mailing(sink, mails, has_bounds=words.startswith("PostgreSQL"))
        yield from outbox.lines(words)
    finally:
        sink.stop()
        for name in (OURS, PEER):
            databases.drop(name)


class Mailing:
    """One mail server, and everybody who sends to it."""

    def __init__(self, sink: Worker, mails: int, *, has_bounds: bool) -> None:
        self.sink = sink
        self.mails = mails
        self.has_bounds = has_bounds
        self.port = sink.ask("start")

    def lines(self, words: str) -> Iterator[Line]:
        ours, second, peer = self._ours(), self._ours(), self._peer()
        workers = [ours, second, peer]
        try:
            ours.ask("migrate")
            peer.ask("migrate")
            yield from self._paces(words, ours, second, peer)
            yield Line(f"{words}: statements a mail", f"{ours.ask('statements', 300):.3g}")
            yield Line(
                f"{words}: mails sent again after each of {KILLS} kill -9",
                self._sent_again(self._ours),
                self._sent_again(self._peer),
            )
            yield from _receiving(f"{words}: one more term", ours, peer)
        finally:
            for worker in workers:
                worker.stop()

    def _ours(self) -> Worker:
        return self._worker("bench.relay_side", "bench.settings", OURS)

    def _peer(self) -> Worker:
        return self._worker("bench.post_office_side", "bench.post_office_settings", PEER)

    def _worker(self, module: str, settings: str, database: str) -> Worker:
        return Worker(
            module,
            settings,
            databases.url(database),
            EMAIL_URL=f"smtp://127.0.0.1:{self.port}",
            ADMINS="Admin <admin@localhost>",
        )

    def _paces(self, words: str, ours: Worker, second: Worker, peer: Worker) -> Iterator[Line]:
        contenders = ([ours], [ours, second], [peer])
        found: tuple[list[float], ...] = ([], [], [])
        for _ in range(ROUNDS):
            for paces, workers in zip(found, contenders, strict=True):
                paces.append(self._round(workers))
        one, two, theirs = map(middle, found)
        for name, pace, bound in (
            ("1 relay", one, ONE_RELAY),
            ("2 relays", two, TWO_RELAYS),
        ):
            yield Line(
                f"{words}: mails sent, {name}, post_office's defaults",
                a_second(pace),
                a_second(theirs),
                pace / theirs,
                at_least=bound if self.has_bounds else None,
            )

    def _round(self, workers: Sequence[Worker]) -> float:
        """Return how many mails a second go from queued to sent; all of them do, and once."""
        workers[0].ask("queue", self.mails)
        began = time.perf_counter()
        for worker in workers:
            worker.begin("relay")
        for worker in workers:
            worker.result()
        seconds = time.perf_counter() - began
        taken, unsent = self.sink.ask("taken"), workers[0].ask("unsent")
        if taken != {"mails": self.mails, "again": 0} or unsent:
            raise RuntimeError(f"Of {self.mails} mails {taken} arrived, {unsent} are unsent.")
        return self.mails / seconds

    def _sent_again(self, start: Callable[[], Worker]) -> str:
        """Return how many mails whoever goes on after a kill in the middle has sent again."""
        again = []
        for _ in range(KILLS):
            self.sink.ask("taken")
            killed = start()
            killed.ask("be_quick_to_recover")
            killed.ask("queue", BEFORE_A_KILL)
            killed.begin("relay")
            self.sink.ask("wait_for", BEFORE_A_KILL // 2)
            killed.kill()
            heir = start()
            heir.ask("recover")
            heir.stop()
            taken = self.sink.ask("taken")
            if taken["mails"] != BEFORE_A_KILL:
                raise RuntimeError(f"{BEFORE_A_KILL - taken['mails']} mails are lost.")
            again.append(taken["again"])
        return ", ".join(map(str, again))


def _receiving(words: str, ours: Worker, peer: Worker) -> Iterator[Line]:
    statements = ours.ask("statements_of_receiver")
    yield Line(f"{words}: statements", str(statements), ratio=float(statements), at_most=1)
    waits: tuple[list[Pace], list[Pace]] = ([], [])
    for _ in range(ROUNDS):
        for paces, worker in zip(waits, (ours, peer), strict=True):
            paces.append(worker.ask("receive", SECONDS))
    mine, theirs = (middle([pace["middle"] for pace in paces]) for paces in waits)
    yield Line(f"{words}: receiver, mail.send()", ms(mine), ms(theirs), mine / theirs)
