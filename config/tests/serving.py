"""`python -m config.tests.serving WORD…`: run a command beside servers of its own.

It finds a migrated, empty database (TEST_DATABASE=postgres: on PostgreSQL, anything else: SQLite)
and a Redis, named by its environment; both are gone afterwards. Exit status: the command's.
"""

import subprocess
import sys

from config import embedded_redis, kept
from config.tests.environment import FOLDER


def main(words: list[str]) -> int:
    broker = embedded_redis.start(FOLDER)
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
        return subprocess.run(words, check=False).returncode
    finally:
        kept.stop(broker)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
