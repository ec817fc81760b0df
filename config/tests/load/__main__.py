"""`python -m config.tests.load`: visitors and staff at once, in peace and while things break.

TEST_DATABASE=postgres: on PostgreSQL, anything else: SQLite. First two people alone say what a
page takes, then all of them for some minutes, then once more while the web server's processes are
exchanged, Redis is away for a minute, a worker is killed each 20 s and PostgreSQL is started again.
Exit status 1: somebody saw an error, or something that was promised was not done.
"""

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from statistics import quantiles

import django
from django.urls import reverse

from config.tests.load.people import Answer, Colleague, Person, Visitor
from config.tests.load.stage import Stage, stage

# What staff open all day; each of them reads the most that it can.
PAGES = (
    *("admin:index", "admin:index?period=today", "admin:index?period=365"),
    *("admin:index?chart=outcomes", "dashboard:terms", "dashboard:terms?table=new"),
    *("dashboard:completeness", "dashboard:worklist", "dashboard:flow", "dashboard:schedule"),
    *("dashboard:system", "admin:movies_search_changelist", "admin:movies_searchterm_changelist"),
    *("admin:movies_movie_changelist", "admin:movies_refill_changelist"),
    *("admin:notifications_notification_changelist", "admin:dashboard_taskrecord_changelist"),
    *("admin:dashboard_errorgroup_changelist", "admin:notifications_kindpolicy_changelist"),
)
# After it was started again connections that it ended are found one by one.
LATE = 10.0
KILLS_EVERY = 20.0


class Load:
    def __init__(self, plan: argparse.Namespace, scene: Stage) -> None:
        from config.tests.load import losses

        self.plan, self.scene, self.losses = plan, scene, losses
        self.over = threading.Event()
        self.terms, self.films = losses.known()
        self.failed = False
        # What a page takes of the slowest twentieth when nobody else is there, in seconds.
        self.alone: dict[str, float] = {}

    def crowd(self, visitors: int, staff: int, pace: float) -> list[Person]:
        base, terms, films = self.scene.base, self.terms, self.films
        pages = [
            reverse(name) + mark + query
            for name, mark, query in (page.partition("?") for page in PAGES)
        ]
        found: list[Person] = [
            Visitor(base, pace, self.over, number, terms=terms) for number in range(visitors)
        ]
        for number in range(staff):
            colleague = Colleague(base, pace, self.over, 200 + number, pages=pages, films=films)
            colleague.sign_in(*self.losses.operator(number))
            found.append(colleague)
        return found

    def phase(self, name: str, people: list[Person], seconds: float, *, breaks: bool) -> None:
        """Let people be at it for so long, and say how it was for them."""
        since = self.losses.timezone.now()
        self.over.clear()
        for person in people:
            person.start()
        breakers = [threading.Thread(target=one) for one in self._breakers(seconds)] * breaks
        for breaker in breakers:
            breaker.start()
        time.sleep(seconds)
        self.over.set()
        for thread in [*people, *breakers]:
            thread.join()
        self._say(name, [answer for person in people for answer in person.answers])
        self._say_losses(people, since)

    def _breakers(self, seconds: float) -> Iterable[Callable[[], None]]:
        scene, over = self.scene, self.over

        def kill_workers() -> None:
            while not over.wait(min(KILLS_EVERY, seconds / 3)):
                scene.kill_a_worker()

        def take_servers_away() -> None:
            over.wait(seconds / 5)
            scene.reload_web()
            scene.take_redis_away(min(60.0, seconds / 5))
            over.wait(seconds / 5)
            scene.restart_database()

        return kill_workers, take_servers_away

    def _say(self, name: str, answers: list[Answer]) -> None:
        print(f"{name}: {len(answers):,} pages")
        for kind in ("visitor", "staff"):
            times = [one.seconds for one in answers if one.kind == kind and one.status < 400]
            if len(times) < 2:
                continue
            cuts = quantiles(times, n=100, method="inclusive")
            alone = self.alone.setdefault(kind, cuts[94])
            print(f"  {kind}: p50 {cuts[49] * 1000:,.0f} ms, p95 {cuts[94] * 1000:,.0f} ms", end="")
            print(f", {cuts[94] / alone:.2f} times that of one alone")
        faults = [one for one in answers if not self._is_right(one)]
        excused = [one for one in answers if one.status == 503 and one not in faults]
        print(f"  {len(excused):,} times 503 while the database was started again")
        for fault in faults[:20]:
            print(f"  FAIL {fault.words} after {fault.seconds:.1f} s")
        self.failed |= bool(faults)

    def _is_right(self, answer: Answer) -> bool:
        if answer.status != 503:
            return 200 <= answer.status < 400
        ends = answer.at + answer.seconds
        return any(since <= ends and answer.at <= until + LATE for since, until in self.scene.away)

    def _say_losses(self, people: list[Person], since: object) -> None:
        by_kind = {
            kind: [one for person in people if person.kind == kind for one in person.acknowledged]
            for kind in ("visitor", "staff")
        }
        found = [] if self.losses.settle() else ["something is still under way after five minutes"]
        found += self.losses.lost(by_kind["visitor"], by_kind["staff"], since)
        searches, refills = (len(by_kind[kind]) for kind in ("visitor", "staff"))
        print(f"  {searches:,} searches and {refills:,} re-fills promised", end="")
        print(f"; {len(self.scene.mails.messages):,} mails arrived so far")
        for words in found:
            print(f"  FAIL {words}")
        self.failed |= bool(found)

    def check_figures(self) -> None:
        if not self.scene.is_right():
            print("FAIL the figures are not those of the searches")
            self.failed = True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.tests.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="of each of the two parts")
    parser.add_argument("--searches", type=int, default=1_000_000, help="that were made before")
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--staff", type=int, default=5)
    parser.add_argument("--pace", type=float, default=10, help="seconds from page to page")
    plan = parser.parse_args()
    # Nothing that it started outlives it.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    with stage(plan.searches) as scene:
        django.setup()
        # The mail server is in this process, and tells each line that it hears.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        load = Load(plan, scene)
        load.phase("Two alone", load.crowd(1, 1, 1.0), plan.seconds / 10, breaks=False)
        for name, breaks in (("All in peace", False), ("All while things break", True)):
            crowd = load.crowd(plan.visitors, plan.staff, plan.pace)
            load.phase(name, crowd, plan.seconds, breaks=breaks)
        load.check_figures()
    print("FAIL" if load.failed else "ok")
    return int(load.failed)


if __name__ == "__main__":
    sys.exit(main())
