"""`python -m config.tests.documented`: do what the documents say, in a clone of this repository.

Each command of a document is run as it stands there, in its order: installing, upgrading, backing
up and restoring on SQLite and on PostgreSQL, and each command of manage.py. What NOT_RUN names is
not, for the reason that stands beside it. Exit status 1: one of them failed, or a restored database
is not what was backed up.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.environment import BASE_DIR
from config.tests.environment import FOLDER
from config.tests.postgres import start
from config.tests.running import free_port

OPERATIONS = BASE_DIR / "docs" / "operations.md"
FENCE = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ (.*?)(?:\s+#.*)?$", re.MULTILINE)
MANAGE = re.compile(r"`manage\.py (\w+)")
MAKE = re.compile(r"`(make \w+)")
NOT_RUN = {
    "docker": "no test may need a container",
    "make test": "it is what runs first",
    "make lint": "it is what runs first",
    "make verify": "it is what runs this",
    "make bench": "it takes an hour, and is read by people",
    "make demo": "the suite runs it",
    "make screenshots": "it writes what the documents show",
    "make lock": "it asks for newer versions",
    "make help": "it lists the others",
}
# What a command of manage.py is tried with, where it needs more than its name.
WITH = {
    "movie_search": "movie_search dune",
    "movie_fill": "movie_fill --missing --limit 1",
    "relay_notifications": "relay_notifications --once",
    "sample_history": "sample_history --days 3 --searches 300",
    "import_searches": "import_searches searches.csv",
    "check": "check",
    "changepassword": "changepassword --help",
    "roll_up": "roll_up --verify",
}
# What a newer release may have added: it holds the tables that are restored.
NEWER = (
    "from django.db import connection; connection.cursor().execute("
    "'CREATE TABLE newer (term_id bigint REFERENCES movies_searchterm (id))')"
)
SETTINGS = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "marquee.example,localhost,127.0.0.1",
    "TRUSTED_PROXIES": "127.0.0.1",
    "ADMINS": "Ada <ada@localhost>",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "OMDB_API_KEY": "abcd1234",
    "OMDB_URL": "http://127.0.0.1:9/",
}


def documents() -> list[Path]:
    return sorted([*BASE_DIR.glob("*.md"), *(BASE_DIR / "docs").glob("*.md")])


def commands(document: Path, heading: str = "") -> list[str]:
    """Return the commands of a document, or of what follows a heading or a line in bold type."""
    text = document.read_text()
    if heading:
        text = re.split(r"\n(?:#|\*\*)", text.split(heading, 1)[1], maxsplit=1)[0]
    return [one for block in FENCE.findall(text) for one in COMMAND.findall(block)]


def of_manage(document: Path) -> list[str]:
    return MANAGE.findall(document.read_text())


def of_make(document: Path) -> list[str]:
    return MAKE.findall(document.read_text())


def is_run(command: str) -> bool:
    return not any(command.startswith(name) for name in NOT_RUN)


class Clone:
    """A clone with settings of its own, in which commands are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}
        }
        git = shutil.which("git") or "git"
        subprocess.run([git, "clone", "--quiet", str(BASE_DIR), str(folder)], check=True)
        # What was installed for this repository, or all of it would be fetched once more.
        (folder / ".venv").symlink_to((BASE_DIR / ".venv").resolve())

    def run(self, command: str) -> str:
        """Run a command as a person does; return what it prints. Raises CalledProcessError."""
        print(f"$ {command}", flush=True)
        done = subprocess.run(
            ["/bin/sh", "-ec", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout)
            raise subprocess.CalledProcessError(done.returncode, command)
        return done.stdout

    def manage(self, words: str) -> str:
        return self.run(f".venv/bin/python manage.py {words}")

    def configure(self, **settings: str) -> None:
        """Write these into .env, as a person does with an editor."""
        path = self.folder / ".env"
        lines = path.read_text()
        for name, value in settings.items():
            lines = re.sub(rf"^{name}=.*$", f"{name}={value}", lines, flags=re.MULTILINE)
        path.write_text(lines)

    @contextmanager
    def served(self, command: str) -> Iterator[None]:
        """Run what serves until it is stopped, and see it answer."""
        print(f"$ {command}", flush=True)
        process = subprocess.Popen(
            ["/bin/sh", "-ec", f"exec {command}"],
            cwd=self.folder,
            env=self.environment,
            start_new_session=True,
        )
        try:
            self.run(
                "for i in $(seq 60); do "
                f"curl --silent --fail http://127.0.0.1:{self.environment['WEB_PORT']}/healthz "
                "&& exit 0; sleep 1; done; exit 1"
            )
            yield
        finally:
            process.terminate()
            process.wait(60)


def install(clone: Clone) -> None:
    port = str(free_port())
    clone.environment["WEB_PORT"] = port
    for command in commands(OPERATIONS, "On one machine."):
        if command == "make run":
            with clone.served(command):
                pass
            continue
        clone.run(command)
        if command.startswith("install -m 600 .env.example"):
            clone.configure(**SETTINGS, SECRET_KEY=secrets.token_urlsafe(64), WEB_PORT=port)
    for command in commands(OPERATIONS, "## Upgrade"):
        clone.run(command)


def back_up_and_restore(clone: Clone, heading: str) -> None:
    """Take a backup, change everything, restore it, and compare."""
    taking, *restoring = commands(OPERATIONS, heading)
    clone.manage("migrate --verbosity 0")
    # An older one, which is neither in the way nor what is restored.
    clone.run(taking)
    clone.manage("sample_history --days 5 --searches 500")
    clone.manage("roll_up")
    before = clone.manage("dumpdata movies notifications dashboard --format jsonl")
    clone.run(taking)
    # Nobody else reads it, and it is in no commit.
    assert not clone.run("find marquee* -perm /077; git status --porcelain 'marquee*'")
    clone.manage("movie_search matrix --force")
    clone.manage("roll_up")
    clone.manage(f'shell --verbosity 0 --command "{NEWER}"')
    assert before != clone.manage("dumpdata movies notifications dashboard --format jsonl")
    for command in restoring:
        clone.run(command)
    clone.manage("migrate --verbosity 0")
    clone.manage("roll_up --verify")
    assert before == clone.manage("dumpdata movies notifications dashboard --format jsonl")
    for command in commands(OPERATIONS, "**Then**"):
        with clone.served(command):
            pass


def try_every_command(clone: Clone) -> None:
    (clone.folder / "searches.csv").write_text("2026-01-01T10:00:00Z,an imported term\n")
    for name in sorted({name for document in documents() for name in of_manage(document)}):
        clone.manage(WITH.get(name, name))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder:
        clone = Clone(Path(folder) / "clone")
        install(clone)
        (clone.folder / ".env").unlink()
        clone.environment |= {"ENVIRONMENT": "demo", "DATABASE_URL": "", "OMDB_API_KEY": ""}
        clone.run("rm -rf var")
        back_up_and_restore(clone, "SQLite under")
        try_every_command(clone)
        if shutil.which("pg_dump"):
            clone.environment["DATABASE_URL"] = start(FOLDER / "restored")
            back_up_and_restore(clone, "**PostgreSQL**")
        else:
            print("PostgreSQL is not backed up: there is no pg_dump.")
        for command in commands(BASE_DIR / "README.md"):
            if is_run(command):
                with clone.served(command):
                    pass
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
