"""`python -m notifications.tests.chaos`: mail while workers die; count what is lost or repeated.

Needs a migrated, empty database and the embedded Redis, as `config.tests.serving` starts them.
Without options it is the long form. Exit status 0 only if every gate holds.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from notifications.tests.chaos.gates import Evidence

# What becomes of mails in doubt: of new terms, and of tests.
POLICIES = {"resend": ("resend", "resend"), "hold": ("hold", "hold"), "both": ("resend", "hold")}
LONG = {
    "mails": 200,
    "workers": 8,
    "celery": 4,
    "kills": 50,
    "stops": 25,
    "outages": 2,
    "seconds": 90,
    "lease": 5,
}


def options(words: list[str]) -> argparse.Namespace:
    """Return what to do."""
    parser = argparse.ArgumentParser(prog="python -m notifications.tests.chaos")
    parser.add_argument("--ambiguous", choices=POLICIES, default="both")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    for name, default in LONG.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run once; print figures and gates, and return the exit status."""
    plan, began = options(words), time.monotonic()
    django.setup()
    from notifications.tests.chaos import gates

    said(f"{plan.ambiguous}, seed {plan.seed}")
    with tempfile.TemporaryDirectory(prefix="marquee-chaos-") as folder:
        found = run(plan, Path(folder))
    said(f"{found.figures()}, {time.monotonic() - began:.0f} s")
    verdict = [*gates.of_plan(found, plan), *gates.judge(found)]
    for gate in verdict:
        said(str(gate))
    return 0 if all(gate.holds for gate in verdict) else 1


def run(plan: argparse.Namespace, folder: Path) -> "Evidence":
    """Start mail server and workers, let things happen, end them; return what they left."""
    from notifications import kinds
    from notifications.models import KindPolicy
    from notifications.tests.chaos import gates
    from notifications.tests.chaos.crew import Crew
    from notifications.tests.chaos.run import Run
    from notifications.tests.chaos.worker import hurry

    hurry(plan.lease)
    for kind, ambiguous in zip(
        (kinds.NEW_SEARCH_TERM, kinds.TEST), POLICIES[plan.ambiguous], strict=True
    ):
        KindPolicy.objects.create(kind=kind, ambiguous=ambiguous, rate_per_hour=10 * plan.mails)
    journal = folder / "journal"
    with mail_server(journal, plan.seed) as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        os.environ["ADMINS"] = "Ann <ann@example.org>, Bob <bob@example.org>"
        crew = Crew(folder, plan.lease)
        one = Run(plan, crew)
        try:
            for number in range(plan.workers):
                crew.start("celery" if number < plan.celery else "relay")
            one.go()
        finally:
            crew.end()
    return gates.gather(journal, one)


@contextmanager
def mail_server(journal: Path, seed: int) -> Iterator[str]:
    """Serve mail meanwhile, from a process of its own; yield the port."""
    words = [sys.executable, "-m", "notifications.tests.chaos.server", str(journal), str(seed)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def said(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main(sys.argv[1:]))
