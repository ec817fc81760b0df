"""`python -m movies.tests.chaos`: re-fills while workers and Redis die; count films and calls.

Needs a migrated, empty database and the embedded Redis, as `config.tests.serving` starts them.
Without options it is the long form. Exit status 0 only if every gate holds.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import django

from movies.catalogue import demo
from movies.tests.omdb_server import OmdbServer

# `lease` in seconds: longer than a film takes on a machine that is busy.
LONG = {"films": 200, "workers": 3, "kills": 6, "lease": 6}
# Seconds that OMDb takes, so that whoever is killed is at it.
DELAY = 0.1
# More than all scenes need; of it, and of what is left for visitors, see `scenes.budget_ends`.
LIMIT = 100_000


def options(words: list[str]) -> argparse.Namespace:
    """Return what to do."""
    parser = argparse.ArgumentParser(prog="python -m movies.tests.chaos")
    for name, default in LONG.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run every scene once; print its gates, and return the exit status."""
    plan, holds = options(words), True
    with OmdbServer(answer=_answer) as omdb, tempfile.TemporaryDirectory() as folder:
        # Before anybody reads the settings, the workers included.
        os.environ |= {
            "OMDB_URL": omdb.url,
            "OMDB_API_KEY": omdb.key or "",
            "OMDB_DAILY_LIMIT": str(LIMIT),
        }
        django.setup()
        from movies.tests.chaos.crew import Crew
        from movies.tests.chaos.scenes import SCENES
        from movies.tests.chaos.stage import Stage

        crew = Crew(Path(folder), plan.lease)
        try:
            stage = Stage(plan, crew, omdb)
            for scene in SCENES:
                began = time.monotonic()
                for gate in scene(stage):
                    holds = holds and gate.holds
                    said(f"{gate} ({scene.__name__}, {time.monotonic() - began:.0f} s)")
        finally:
            crew.end()
    return 0 if holds else 1


def _answer(params: Mapping[str, str]) -> tuple[int, dict[str, object]]:
    time.sleep(DELAY)
    film = demo().films[int(params["i"][2:]) % len(demo().films)]
    return 200, film.detail() | {"imdbID": params["i"], "Response": "True"}


def said(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main(sys.argv[1:]))
