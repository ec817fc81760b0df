"""Search logs of others, as files, and the command that brings them in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management import call_command

START = datetime(2025, 3, 1, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def line(number: int, term: str = "dune", rest: str = ",not_found,0") -> str:
    return f"{(START + number * MINUTE).isoformat()},{term}{rest}\n"


def written(folder: Path, *lines: str, name: str = "old.csv") -> Path:
    path = folder / name
    path.write_text("".join(lines))
    return path


def run(path: Path, *options: str) -> None:
    call_command("import_searches", str(path), *options)
