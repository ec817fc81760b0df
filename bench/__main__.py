"""`python -m bench`: measure on each database in turn; exit status 1 when a bound is missed.

SIZES, DATABASES and KEEP are read from the environment, as `make bench` hands them on. With KEEP
the databases of this day are used again; without any size only mail and re-fills are measured.
"""

import atexit
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import django

from config.tests import postgres

SIZES = "100000 1000000 10000000"
DATABASES = "sqlite postgres"
# As one would set it for a database of its own on this machine; fsync stays on.
POSTGRES_OPTIONS = (
    "-c listen_addresses= -c max_connections=60 -c shared_buffers=1GB -c work_mem=32MB "
    "-c random_page_cost=1.1 -c max_wal_size=4GB"
)


def main(words: list[str]) -> int:
    """Run one process a database, for Django keeps to one; return the exit status.

    `words` are "measure" and the sizes, in the process that measures on the database it was given.
    """
    if words:
        django.setup()
        from bench.measuring import measure

        return measure(map(int, words[1:]))
    kept = os.environ.get("KEEP")
    # Not under var: PostgreSQL, which refuses to be root, could not go in.
    folder = (
        Path(tempfile.gettempdir(), "marquee-bench")
        if kept
        else Path(tempfile.mkdtemp(prefix="marquee-bench-"))
    )
    folder.mkdir(exist_ok=True)
    if not kept:
        # After PostgreSQL has stopped: what is registered first is called last.
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    print(machine(), flush=True)
    databases = os.environ.get("DATABASES", DATABASES).split()
    return max(_measure(database, folder) for database in databases)


def machine() -> str:
    """Return what the figures depend on besides the code."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(
        f"{name} {version(name)}"
        for name in ("Django", "django-unfold", "wagtail", "django-post_office")
    )
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {packages}"
    )


def _measure(database: str, folder: Path) -> int:
    environment = {
        **os.environ,
        "BENCH_FOLDER": str(folder),
        "VAR_DIR": str(folder / "var"),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": _url(database, folder),
        "OMDB_API_KEY": "",
        "SEARCH_FRESH_FOR": "",
        "ENVIRONMENT": "development",
    }
    sizes = os.environ.get("SIZES", SIZES).split()
    command = [sys.executable, "-m", "bench", "measure", *sizes]
    return subprocess.run(command, env=environment, check=False).returncode


def _url(database: str, folder: Path) -> str:
    if database == "sqlite":
        return f"sqlite:///{folder}/none.sqlite3"
    return postgres.start(folder / "postgres", POSTGRES_OPTIONS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
